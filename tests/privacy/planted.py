"""Invented texts with their values marked, as ⟦kind|value⟧: in sentences, tables, listings, over line breaks."""

import random
import re
import string

from synthforge.privacy.found import Found

_MARK = re.compile(r"⟦(\w+)\|(.*?)⟧", re.DOTALL)


def planted(marked: str) -> tuple[str, list[tuple[str, str]], list[tuple[int, int, str]]]:
    """The text without its marks, its (kind, value)s, and their places."""
    text, values, places = "", [], []
    end = 0
    for mark in _MARK.finditer(marked):
        text += marked[end : mark.start()]
        places.append((len(text), len(text) + len(mark[2]), mark[1]))
        values.append((mark[1], mark[2]))
        text += mark[2]
        end = mark.end()
    return text + marked[end:], values, places


def missed(places: list[tuple[int, int, str]], finds: list[Found], text: str) -> list[tuple[str, str]]:
    """Values that were not found as they were marked."""
    found = {(find.start, find.end, find.kind) for find in finds}
    return [(kind, text[start:end]) for start, end, kind in places if (start, end, kind) not in found]


def made(prefix: str, length: int, letters: str = string.ascii_letters + string.digits) -> str:
    """A token that nobody issued; written out, it would alarm whoever scans this repository."""
    return prefix + "".join(random.Random(prefix).choices(letters, k=length - 2)) + "7q"


_HEX = "0123456789abcdef"
_HEADER, _CLAIMS = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "eyJzdWIiOiJkZXZpY2UtNDEiLCJleHAiOjE5MDB9"
_BLOCK = "\n".join(made(f"k{n}", 62) for n in range(4))
_DASHES = "-" * 5

TEXTS = {
    "email": """\
Reports go to ⟦email|alva.berg@northwind-freight.com⟧, questions to ⟦email|m_okafor@labs.meridian-pharma.co.uk⟧.
Cc: <⟦email|jonas+audits@harborline.io⟧>; (⟦email|QA-Team@Meridian-Pharma.com⟧); "⟦email|t.ito@kaido.example.jp⟧"
| Ada Lund | ⟦email|ada.lund@northwind-freight.com⟧ | night shift |
mailto:⟦email|service@harborline.io⟧?subject=Recall, see
[⟦email|help@kaido-devices.de⟧](mailto:⟦email|help@kaido-devices.de⟧)
Write to ⟦email|first.last@
northwind-freight.com⟧ or ⟦email|second.last
@harborline.io⟧. E-mail:⟦email|x9@y-z.org⟧,⟦email|o'neil@harborline.io⟧
user=⟦email|admin@corp.internal.net⟧;⟦email|müller@büro-nord.de⟧ und ⟦email|a@b.co⟧!""",
    "phone": """\
Call the safety desk at ⟦phone|(312) 555-0142⟧ or ⟦phone|312-555-0143⟧; after hours ⟦phone|+1 312 555 0144⟧.
Phone: ⟦phone|312.555.0145⟧ Fax: ⟦phone|1-312-555-0146⟧ Mobile ⟦phone|312 555 0147⟧
| Dispatch | ⟦phone|(415) 555-0199 ext. 12⟧ | 24 h |
Tel. ⟦phone|+44 20 7946 0958⟧, ⟦phone|+49 30 901820⟧, ⟦phone|+33 1 42 68 53 00⟧;
⟦phone|+81-3-3224-9999⟧ (⟦phone|617-555-0128⟧), ⟦phone|+44 7700 900123⟧.
phone number is ⟦phone|3125550148⟧; cell: ⟦phone|555-0149⟧; Telephone No.: ⟦phone|312/555-0150⟧
Reach the driver on ⟦phone|312-555-
0151⟧ or ⟦phone|(312)
555-0152⟧. contact_phone: "⟦phone|312-555-0153⟧"
**Phone:** ⟦phone|(312) 555-0154 x77⟧ is free; [⟦phone|312-555-0155⟧] and ⟦phone|(312)555-0156⟧.""",
    "ssn": """\
Her number, ⟦ssn|219-09-9918⟧, was sent by mail. SSN: ⟦ssn|219099919⟧; SSN ⟦ssn|219 09 9920⟧.
| Berg | ⟦ssn|457-55-5461⟧ | full time |
Social Security Number: ⟦ssn|457‑55‑5463⟧ (⟦ssn|912-71-1234⟧ is an ITIN). social security no. ⟦ssn|457555464⟧
ssn="⟦ssn|457-55-5465⟧", <⟦ssn|457-55-5466⟧>; **SSN:** ⟦ssn|457-55-
5467⟧.""",
    "card": """\
Paid with ⟦card|4111 1111 1111 1111⟧, refunded to ⟦card|5500-0055-5555-5559⟧.
Card ⟦card|378282246310005⟧ (or ⟦card|3782 822463 10005⟧), ⟦card|6011000990139424⟧; "⟦card|3530111333300000⟧"
| ⟦card|5105105105105100⟧ | expires 01/30 | and ⟦card|30569309025904⟧.
⟦card|4012 8888 8888
1881⟧ was declined; PAN=⟦card|4222222222222⟧; ⟦card|2223003122003222⟧""",
    "iban": """\
Transfer to ⟦iban|DE89 3704 0044 0532 0130 00⟧ BIC COBADEFFXXX, or to ⟦iban|GB29NWBK60161331926819⟧.
IBAN: ⟦iban|FR14 2004 1010 0505 0001 3M02 606⟧; (⟦iban|NL91ABNA0417164300⟧) | ⟦iban|ES91 2100 0418 4502 0005 1332⟧ |
⟦iban|CH93 0076 2011
6238 5295 7⟧ and ⟦iban|PL61109010140000071219812874⟧, ⟦iban|BE68 5390 0754 7034⟧ KBCB.""",
    "ip": """\
The gateway 192.0.2.x answers from ⟦ip|203.0.113.77⟧; host ⟦ip|10.4.2.9⟧, server=⟦ip|172.16.254.1⟧:8443.
| printer | ⟦ip|192.168.1.40⟧ | http://⟦ip|198.51.100.23⟧/status and
[⟦ip|2a02:26f0:1700:1b2::1aa1⟧] (⟦ip|fe80::1ff:fe23:4567:890a⟧).""",
    "mac": """\
Adapter ⟦mac|3C:07:54:2A:9B:10⟧, radio ⟦mac|3c-07-54-2a-9b-11⟧; switch port ⟦mac|3c07.542a.9b12⟧.
| reader | ⟦mac|A4:83:E7:01:02:03⟧ | mac=⟦mac|a4:83:e7:01:02:04⟧;""",
    "name": """\
Patient: ⟦name|Alva Lindqvist⟧
Patient name: ⟦name|LINDQVIST, ALVA⟧ | Employee name | ⟦name|Jonas Okafor⟧ |
**Driver:** ⟦name|Tomas van der Meer⟧, Class A. Driver's name: ⟦name|Ito, Haruka M.⟧
Prepared by: ⟦name|Ada B. Lund⟧, Quality Manager; approved by: Dr. ⟦name|Nils Aberg⟧
Reviewed by:
⟦name|Marta O'Rourke⟧
First name: ⟦name|Ingrid⟧ Last name: ⟦name|Halvorsen-Reyes⟧ Surname = ⟦name|Petrov⟧
We thank Mr. ⟦name|Osei⟧ and Ms. ⟦name|Lena Fischer⟧, and Prof.
⟦name|Dara Quinn⟧ for comments. Dear Mrs. ⟦name|Novak⟧:
Investigator: ⟦name|Élodie Marchand⟧; contact_person: "⟦name|Sunil Rao⟧"
Attn: ⟦name|Kofi Mensah⟧, 3rd floor. Name of the patient: ⟦name|Alva
Berg⟧ is 44. Emergency contact: ⟦name|Pia Lund⟧ (sister). Witnessed by: ⟦name|Chen Wei⟧ on site.
Author: ⟦name|R. Castellano⟧. Supervisor: ⟦name|Greta Holm⟧.
Technician: ⟦name|Ben Adeyemi⟧. Full name: ⟦name|Zoe Li⟧. Checked by: ⟦name|A. I. Berg⟧.
Signed: ⟦name|Hanna Weiss⟧ | Approved By (QA): ⟦name|Leila Amrani⟧ | Performed by | ⟦name|Kwame Boateng⟧ |
Author(s): ⟦name|Jens Thorsen⟧; primary contact: ⟦name|Ewa Nowak⟧. Sincerely,
⟦name|Robert Hale⟧
Director, Regulatory Affairs""",
    "birth_date": """\
Date of birth: ⟦birth_date|1984-03-12⟧. DOB ⟦birth_date|03/12/1984⟧; born on ⟦birth_date|March 12, 1984⟧, D.O.B.:
⟦birth_date|12.03.84⟧
| Birth date | ⟦birth_date|12 March 1984⟧ | born ⟦birth_date|12-Mar-1984⟧ in Bergen. birth_date:
"⟦birth_date|1990/01/31⟧"
**DOB:** ⟦birth_date|7/4/1991⟧ (DOB: ⟦birth_date|June 3rd, 1977⟧)""",
    "licence": """\
Driver's license number: ⟦licence|D1234567⟧; driver license #⟦licence|B 482 9910 2231⟧, CDL No. ⟦licence|TX-30918274⟧
| Driver licence no. | ⟦licence|S530-4608-1234⟧ | driving licence:
⟦licence|K99018273⟧ drivers license is ⟦licence|440918273⟧.""",
    "passport": """\
Passport number: ⟦passport|X4120981⟧; passport no. ⟦passport|512098113⟧,
Passport ⟦passport|AB1234567⟧ | Passport # | ⟦passport|L8983400⟧ |""",
    "medical_record": """\
MRN: ⟦medical_record|0045123⟧, MRN ⟦medical_record|88-102-331⟧; medical record number: ⟦medical_record|H-552019⟧
| Patient ID | ⟦medical_record|730081⟧ | chart no. ⟦medical_record|5512087⟧""",
    "address": """\
She moved to ⟦address|1428 Elm Street, Springfield, OH 45503⟧ in May.
Ship to ⟦address|77 N. Harbor Blvd., Suite 210, Long Beach, CA 90802-4411⟧.
Home address: ⟦address|9 Birch Lane⟧; lives at ⟦address|210B Cedar Ave, Apt 4⟧.
P.O.? ⟦address|P.O. Box 1182, Duluth, Minnesota 55802⟧
| ⟦address|5600 West 83rd Street, Bloomington, MN 55437⟧ |
Alva Berg
⟦address|88 Lakeview Drive
Apt. 12
Madison, WI 53703⟧
Deliver to ⟦address|350 Fifth Avenue, Floor 21, New York, NY 10118⟧, and resides at ⟦address|41 Old Mill Road⟧.""",
    "token": f"""\
aws_access_key_id = ⟦token|{made("AKIA", 16, string.ascii_uppercase + string.digits).replace("q", "Q")}⟧
GitHub ⟦token|{made("ghp_", 36)}⟧, ⟦token|{made("github_pat_", 82)}⟧; GitLab (⟦token|{made("glpat-", 20)}⟧)
Slack: ⟦token|{made("xoxb-", 40, string.digits)}⟧ | ⟦token|{made("sk_live_", 24)}⟧ | "⟦token|{made("AIza", 35)}⟧"
⟦token|{made("sk-proj-", 48)}⟧ and ⟦token|{made("sk-ant-api03-", 60)}⟧, ⟦token|{made("hf_", 34)}⟧.
npm ⟦token|{made("npm_", 36)}⟧ pypi ⟦token|{made("pypi-AgE", 90)}⟧ ⟦token|{made("SG.", 22)}.{made("", 43)}⟧
⟦token|{made("dop_v1_", 64, _HEX).replace("q", "d")}⟧, ⟦token|{made("dapi", 32, _HEX).replace("q", "d")}⟧;
⟦token|{made("hvs.", 28)}⟧
Authorization: Bearer ⟦token|{made("", 40)}⟧ and ⟦token|{_HEADER}.{_CLAIMS}.{made("", 43)}⟧
bot ⟦token|{made("12345678:AA", 33)}⟧
https://hooks.slack.com/services/⟦token|{made("T", 9)}/{made("B", 9)}/{made("x", 23)}⟧
https://store.blob.test/file?sv=1&sig=⟦token|{made("s", 43)}⟧&se=2""",
    "private_key": f"""\
⟦private_key|{_DASHES}BEGIN RSA PRIVATE KEY{_DASHES}
{_BLOCK}
{_DASHES}END RSA PRIVATE KEY{_DASHES}⟧
Then ⟦private_key|{_DASHES}BEGIN PRIVATE KEY{_DASHES}\n{_BLOCK}\n{_DASHES}END PRIVATE KEY{_DASHES}⟧.
Cut off: ⟦private_key|{_DASHES}BEGIN OPENSSH PRIVATE KEY{_DASHES}\n{_BLOCK}⟧
(The end was lost.)""",
    "password": """\
The password is ⟦password|Tr0ub4dor&3⟧. password=⟦password|hunter2x⟧; PWD: ⟦password|s3cr3t-Pw⟧
DB_PASSWORD="⟦password|c0rrect!horse⟧" clientSecret: '⟦password|9fQ2~kLmn.Pq8⟧' api_key = ⟦password|a81bc3d4e5f60718⟧
| Passphrase | ⟦password|Blue-42-Falcon⟧ | api key: `⟦password|zz91kd83hd02⟧`
Server=db1;User Id=app;Password=⟦password|Xy7!pass⟧;Encrypt=true 
postgres://app:⟦password|pg-S3cret⟧@db.harborline.io/x
AccountKey=⟦password|Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA==⟧;  {"auth_token": "⟦password|t0k-88123-aa⟧"} passcode:
⟦password|Pk91aH⟧
password:
⟦password|n3w-l1ne-pw⟧
**Password:** ⟦password|b0ld-Pa55⟧ and secret_key: ⟦password|9a8b7c6d5e⟧, redis://:⟦password|r3d1sPw⟧@cache:6379
<password>⟦password|Zx12cv34⟧</password> Password: ⟦password|Winter2024!⟧ and client secret value:
⟦password|8Q~7hB2kLx9⟧""",
}

FALSE_ALARMS = """\
See 49 CFR 395.3(a)(3)(i), 21 CFR 820.1(a)(2), § 395.1(e)(1) and 85 FR 33396, 2020-11469, RIN 2126-AC19,
docket FMCSA-2018-0248.
Part numbers 312-5550-142, 10-2231-4455, 101-22-34567, A312-555-0142-B; NDC 0002-8215-01, 50242-040-62; CAS 7732-18-5.
Version 3.1.2.10, section 5.2.1.3, clause 4.4.2.1, firmware 10.15.7.2; MS.AAD.1.1v1, SOP-014 §5.2, ISO 13485:2016.
Dates 2024-03-12, 03/12/2024, 12.03.2024 10:15:33, effective March 12, 2024; from 2019 to 2023; 1,234,567.89 USD;
0.4111111111111111.
Hashes d41d8cd98f00b204e9800998ecf8427e, sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;
3f2504e0-4f89-11d3-9a0c-0305e82c3301.
jane@example.com, ops@example.org, user@host.test, logo@2x.png, @pytest.mark, foo@bar, git@github.com:org/repo.git,
npm i left@1.2.3.
Toll-free 1-800-555-0199, (888) 463-6332, 988, 911; 4111 1111 1111 1112; 4111 1111 1111 1111 1111 22;
IMEI 490154203237518.
Password: must be at least 12 characters. password=<your password>; password: ${DB_PASSWORD}; PASSWORD="********";
token: string; secret: true.
password = getpass.getpass(); api_key=os.environ["API_KEY"]; The password is changed every 90 days. Passwords:
see SOP-031. Token: expires.
secret: my_secret_name; access key: stored in safe 4; password_policy: {min_length: 12}; key: value; private key:
kept offline.
Patient: the person under treatment. Driver: Class A CDL. Approved by: Quality Assurance. Attn: Comment Processing.
Contact: Human Resources.
Prepared by: Meridian Pharma, Inc.; Dear Mr. President; Ms. is a title; Dr. Reddy's Laboratories; user name: admin;
product name: Northwind.
Patient name is written on the label. Manager: see below. Author: Regulatory Affairs. Subject: Vacation Request.
Employee: None.
Born globally; date of birth is required; DOB: unknown. Passport control; passport number required. MRN: see chart.
Chart 4 shows CDL training.
Driver's license: Class B; the driver license shall be carried for 14 days; 5000 Street lights; 10 Main points in OH;
12 months CA 90802 units.
::1, 127.0.0.1, 0.0.0.0, 255.255.255.0, 10.0.0.0/8, std::vector, a::b, 12:30:45, FF:FF:FF:FF:FF:FF, 00:00:00:00:00:00.
-----BEGIN PUBLIC KEY----- MIIB -----BEGIN CERTIFICATE----- bearer of bad news; basic requirements; sk-learn;
hf_transfer; eyJ is a prefix.
GB is a country; DE89 is a room; AB12 3456 7890 1234 is a lot; call 5 people in 10 days;
fax the form within 24 hours; cell 4 of row 12.
SSN required; social security number; 000-12-3456, 666-12-3456, 219-00-1234 and 219-09-0000 were never issued;
tel aviv 2024.
https://docs.test/item/312-555-0142 and fax: 03/12/2024; phone 2024-03-12.
Prepared by: Marlow Hydro, LLC; customer: Harbor Lines Ltd; approved by: Lund Berg GmbH.
api_key: get_key(v2); token=https://auth.test/v2/token; Password: docs/setup2.md; secret: settings.first.second1.
password: "your-password-1"; password: ${DB_PASS2}; token=xxxx1234xxxx; secret: "changeme123"; pwd: {{vault.db1}}.
eyJub3QiOiJhIGp3dCBhdCBhbGwifQ.eyJhIjoxfQ.x1 is base64 of JSON, and no token.
name: Removable Media and Cloud Storage Policy; Name: Risk Assessment;
Prepared by | Approved by | Effective Date | Reviewed by: TBD.
"""
"""What looks like personal data or a secret, and is none."""
