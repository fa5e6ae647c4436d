"""People, companies, bodies, systems, papers and goods that documents speak of, by the field they belong to.

A line is a kind, a field, and groups apart by ";"; the names of a group mean much the same and are never taken for
each other. A name behind "=" is a proper one: it is found as it is written, and has no plural.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from synthforge.corruption.inflection import plural

_TABLE = """
person transport: driver,commercial driver; dispatcher; mechanic,technician; safety manager; roadside inspector;
    fleet manager; medical examiner; vehicle owner; co-driver; yard supervisor; passenger; flagger
company transport: motor carrier,carrier; shipper,consignor; consignee; freight broker; leasing company; toll
    operator; port agent; repair shop; towing company
person finance: depositor; policyholder; actuary,chief actuary; auditor; custodian; senior manager; independent
    expert; borrower; shareholder; investor; beneficiary; claimant; creditor; liquidator,insolvency practitioner;
    underwriting member; fund manager; compliance officer; surveyor; skilled person; chief risk officer; head of
    internal audit; loss adjuster
company finance: firm,insurer,undertaking,insurance undertaking; bank,credit institution,deposit-taker;
    counterparty; lender; issuer; reinsurer,reinsurance undertaking; intermediary; holding company,parent
    undertaking; subsidiary,subsidiary undertaking; managing agent; rating agency; market maker; clearing member;
    credit union; friendly society; building society; investment firm; mutual society; payment institution
person contract: receiving party,recipient; disclosing party,discloser; licensee; licensor; customer,client;
    buyer,purchaser; seller; landlord,lessor; tenant,lessee; attorney,legal counsel; consultant; guarantor;
    assignee; escrow agent; arbitrator; subcontractor,contractor
company contract: affiliate; supplier,vendor; distributor; franchisee; joint venture partner; prime contractor;
    service bureau
person pharma: operator; qualified person; production manager; analyst; microbiologist; warehouse manager;
    validation engineer; investigator; pharmacist; patient; physician; reviewer; sampling technician; maintenance
    technician; study nurse; cleaning supervisor
company pharma: sponsor; manufacturer; contract laboratory; wholesaler; marketing authorisation holder; importer;
    packaging site
function pharma: quality assurance; quality control; regulatory affairs; production planning; pharmacovigilance;
    engineering
person software: system administrator,administrator; user,end user; data owner,information owner; system owner;
    security officer,chief information security officer; data protection officer; developer,software developer; line
    manager; department head; database administrator; network engineer; process owner; visitor; penetration tester;
    backup operator; asset owner; change manager; application owner; site manager
company software: service provider; third party; hosting provider; software vendor; managed service provider
unit software: help desk,service desk; incident response team; works council; security operations centre;
    procurement department
person general: employee,staff member,worker; supervisor; manager; chief executive; finance director; applicant;
    inspector; safety officer; training coordinator; facility manager; union representative
unit general: personnel department; legal department; purchasing department; internal audit department
body finance: =PRA,=Prudential Regulation Authority; =FCA,=Financial Conduct Authority; =ECB,=European Central Bank;
    =EBA,=European Banking Authority; =EIOPA; =ESMA; =SEC,=Securities and Exchange Commission; =FDIC; =HMRC; =Bank
    of England; =FSCS,=Financial Services Compensation Scheme; =HM Treasury,=Treasury; =Financial Ombudsman Service;
    =Pensions Regulator; =Financial Reporting Council; =Companies House
committee finance: audit committee; risk committee; remuneration committee; nomination committee; investment
    committee; governing body,board of directors,management body
body transport: =FMCSA,=Federal Motor Carrier Safety Administration; =NHTSA; =PHMSA; =FHWA,=Federal Highway
    Administration; =NTSB; =DVSA; =OSHA; =Department of Transportation; =Coast Guard; =Federal Railroad
    Administration; =Surface Transportation Board
body pharma: =FDA,=Food and Drug Administration; =EMA,=European Medicines Agency; =MHRA; =WHO,=World Health
    Organization; =USP; =Health Canada
committee pharma: ethics committee; safety monitoring board; change control board; material review board
body software: =NIST; =CISA; =ENISA; =ICO,=Information Commissioner; =PCI Council
committee software: security committee; change advisory board; architecture board; steering committee
system transport: =ELD,electronic logging device; tachograph; dash camera; telematics unit; dispatch system; speed
    limiter; trailer tracker; lane departure system; weighbridge
system pharma: =LIMS; autoclave; incubator; isolator; laminar flow hood; water system; ventilation system;
    analytical balance; chromatograph; freeze dryer; particle counter; refrigerator; washing machine; filling line;
    barcode reader
system software: firewall; password manager; intrusion detection system; proxy server; backup server; directory
    service; mail gateway; mobile device; laptop; workstation; smartphone; tablet computer; printer; wireless
    network; virtual private network,=VPN; mail server; file server; web server; database server; badge reader; log
    server; jump host; load balancer; virtual machine; patch server
system finance: internal model; trading system; payment system; standard formula; collateral account; scenario
    generator; pricing model; clearing system; custody account; single customer view
paper transport: record of duty status; vehicle inspection report; bill of lading; shipping paper; medical
    certificate; accident register; waybill; supporting document; trip log; vehicle registration; permit book; lease
    agreement; road test certificate
paper pharma: batch record; deviation report; certificate of analysis; change control form; validation protocol;
    cleaning log; stability report; sampling plan; master formula; equipment logbook; environmental monitoring
    report; calibration certificate; investigation report; complaint file
paper finance: annual report; scheme report; prospectus; recovery plan; resolution plan; business plan; financial
    statement; transaction report; management responsibilities map; statement of responsibilities; loan agreement;
    rating report; actuarial report; trust deed; supervisory statement; policy statement; bond register;
    remuneration policy; merger notice; attestation
paper contract: non-disclosure agreement; purchase order; statement of work; invoice; licence agreement; power of
    attorney; letter of intent; delivery note; service agreement; settlement agreement; guarantee letter
paper software: access request form; asset inventory; access log; acceptable use policy; password policy; business
    continuity plan; disaster recovery plan; privacy notice; data processing agreement; incident report; security
    policy; audit log; system security plan; change request; backup log; network diagram; exception register; patch
    report
paper general: risk assessment; training record; audit report; checklist; job description; work instruction;
    procedure manual; risk register; organisation chart
good finance: annuity; derivative; bond; equity; mortgage; life policy; pension; covered bond; letter of credit;
    unit trust; deferred tax asset; dividend; premium; commission; bonus; deposit; loan
good pharma: tablet; vial; capsule; syringe; ointment; raw material; packaging material; reference standard;
    reagent; placebo; culture medium; buffer solution; ampoule
substance pharma: isopropyl alcohol; hydrogen peroxide; sodium hypochlorite; purified water; ethanol; detergent;
    nitrogen; compressed air; acetone; citric acid
good transport: tractor; trailer; bus; tanker; explosive; tyre; pallet; semitrailer; flatbed; school bus; livestock
    trailer; dump truck; fuel tank
good software: password; encryption key; access token; backup tape; user account; service account;
    session cookie; badge; security patch; smart card; software licence; domain name
good contract: trade secret; patent; royalty; prototype; copyright; trademark; deliverable; customer list
"""


@dataclass(frozen=True)
class Name:
    """One name; `group` is shared by those that mean the same, `proper` ones are written as they stand."""

    kind: str
    field: str
    group: int
    one: str
    many: str
    proper: bool


@dataclass(frozen=True)
class Mention:
    """A name at `text[start:end]`; `is_many` says that it stands there in the plural."""

    name: Name
    start: int
    end: int
    is_many: bool


def _names() -> Iterator[Name]:
    group = 0
    for line in re.sub(r"\n +", " ", _TABLE).strip().splitlines():
        head, _, rest = line.partition(": ")
        kind, field = head.split()
        for names in rest.split("; "):
            group += 1
            for name in names.split(","):
                proper = name.startswith("=")
                one = name.removeprefix("=")
                yield Name(kind, field, group, one, one if proper else plural(one), proper)


NAMES: tuple[Name, ...] = tuple(_names())
_BY_FORM = {
    form.casefold(): (name, form == name.many and form != name.one)
    for name in reversed(NAMES)
    for form in (name.many, name.one)
}
_FORMS = "|".join(re.escape(form) for form in sorted(_BY_FORM, key=lambda form: (-len(form), form)))
_ANY = re.compile(rf"(?<![\w-])(?:{_FORMS})(?![\w-])", re.IGNORECASE)


@lru_cache(maxsize=64)
def named(text: str) -> tuple[Mention, ...]:
    """Every name in the text, the longest reading first; names of bodies count only as they are written."""
    found = []
    for match in _ANY.finditer(text):
        name, is_many = _BY_FORM[match.group().casefold()]
        if not name.proper or match.group() == name.one:
            found.append(Mention(name, *match.span(), is_many))
    return tuple(found)
