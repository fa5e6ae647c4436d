"""The word lists of the pre-training text, all written for this project, and the maker of invented words."""

from random import Random

COMMON = """
anchor apron arch arm array axle badge bag balance ball band bank bar barge barrel barrier base basin basket
batch bath battery bay beacon beam bearing bed bell belt bench bin blade blanket block board boat boiler
bolt book boot booth border bottle bow bowl box brace bracket brake branch brick bridge brush bucket buffer
building bulb bundle burner bus button cabin cabinet cable cage cake camera can canal candle canopy cap car
card cargo carpet carriage cart case casing cask catalogue ceiling cell chain chair chamber channel chart
chest chimney chip circuit clamp clinic clip clock cloth coat coil collar column compressor computer cone
console contact container contract control conveyor cooler cord core corner counter coupling course court
cover crane crate crew crop cross crown cup curtain cushion cutter cycle cylinder dam dashboard data deck
desk detector device dial dish display dock document door dose drain drawer dressing drill drive drum duct
edge elevator engine entrance envelope equipment escort exhaust exit fabric fan feed fence fibre field file
film filter fin fire fitting fixture flag flame flap flask fleet flight float floor flow flue foam folder
footing fork form frame freezer fridge fuel funnel furnace fuse garage garden gas gasket gate gauge gear
generator girder glass glove grain grate grid grinder grip groove guard guide gutter hall hammer handle
handrail hangar harbour harness hatch hat headlight heater hedge helmet herd hinge hive hoist holder hole
hood hook hopper horn hose hotel house hub hull hut hydrant index inlet ink insert instrument insulation
invoice iron jack jacket jar jet jetty joint journal kettle key keyboard kiln kit kitchen label laboratory
ladder lamp land lane lantern laser latch lathe launch lawn layer lead leaf lease leather ledger lens letter
lever licence lid lift light lighter line liner lining link list litter load lobby lock locker locket log
loom loop lorry machine magnet mail mantle manual map margin marker market mask mast mat material meal meat
medicine membrane menu meter mill mine mirror mixer mixture model module monitor motor mould mount mower
nail needle net network nozzle nursery nut oar office oil orchard order outlet oven package pad paddle pail
paint palette pallet pan panel paper parcel park part passage password patch path patient pedal pen permit
phone pier pile pillar pilot pin pipe piston pit plan plank plant plate platform plug pocket pole pool port
portal post pot powder press printer probe product programme project propeller pulley pump quarry rack
radiator radio raft rail ramp range receipt record reel register relay release report reservoir resin ribbon
rig rim ring river rivet road robot rod roll roller roof room rope rotor route rubber rudder runway sack
saddle safe sail sample sand saw scaffold scale scanner schedule school screen screw seal seam seat seed
sensor server service shaft shaker sheet shelf shell shelter shield ship shop shoulder shovel shower shutter
shuttle sieve sign signal silo sink siren skid skin slab sleeve slide sling slot smoke socket soil solution
spare spark spindle spool spray spring sprinkler stack staff stage stair stall stamp stand staple station
steam steel stem step sterile stock stone stool stop storage store stove strap stream street stretcher strip
strut study suit sump supply surface survey switch syringe system table tablet tag tank tap tape target
tarpaulin team tent terminal test theatre thread throttle ticket tie tile timber timer tip tissue token tool
torch tow tower toy track tractor trailer train tray trench tripod trolley truck trunk tube tunnel turbine
tyre unit urn vacuum valve van vault vehicle vent vessel vest vial wagon walkway wall ward warehouse washer
water wax web wedge weld well wheel winch window wing wire workshop wrap wrench yard yarn zone account
address agent alarm animal appeal application approval archive area asset audit award backup balcony banner
benefit bill bond bonus brief budget bulletin campaign certificate charge charter claim class client code
college colony comment commission committee company complaint condition contractor copy council credit
customer database debt deed delivery deposit design diary diet discount district division donor draft dress
dust election email entry estate event exam exchange exercise expense export factory fee fine fishery flock
forest form formula fund gallery game gift goods grade grant group guest hazard hearing heir holiday
hospital household import income incident injury inquiry inspection insurance interest interview inventory
island issue item job journey judge jury kennel lake lecture lesson library loan location lodge lottery
luggage magazine manager mayor meadow meeting member memo message method mission mortgage museum newspaper
note notice number nurse offer officer operator option organ owner panel partner party passport pay payment
pension plea plot police policy pond poster prescription price prison prize process profile proof property
purchase pupil question quota rate reading rebate recipe refund region registry rent repair reply request
resident response result return review reward risk sale sanction sauce score season section security session
share shift shipment shrub sketch slope software sport square stable statement stay stipend street strike
subject sugar summary supplier table tariff task tax tenant term text theory threshold title topic tour
trade traffic transfer transit transport treaty tree trial tribe trip trust tuition excerpt decision check
quote answer scenario compliance violation status review procedure policy regulation paragraph citation
minimum maximum duty employee customer invoice asset incident tutor vaccine village visa visit visitor voter
voucher voyage waiver wage waste weather website weight winner witness wood wool worker
""".split()

SHORT = [word for word in COMMON if len(word) < 6]  # for compounds: "beltdock"

ADJECTIVES = """
main spare outer inner upper lower front rear left right heavy light mobile fixed hot cold wet dry clean
dirty new old small large short long open closed public private internal external local remote manual
automatic electric hydraulic portable temporary permanent primary secondary red blue green yellow white
black grey northern southern eastern western central daily weekly monthly annual urgent routine special
standard sealed empty full loaded unused damaged loose hollow narrow wide deep shallow thick thin round flat
steel copper wooden plastic rubber
""".split()

ROLES = """
operator driver supervisor inspector technician nurse clerk guard pilot cook cleaner manager engineer
mechanic welder fitter foreman warden teacher tutor analyst auditor courier porter steward keeper grower
farmer miner diver sailor captain officer agent dealer buyer seller tenant landlord visitor contractor
trainee apprentice volunteer chemist pharmacist doctor surgeon dentist handler loader packer picker planner
planter printer baker brewer butcher carpenter plumber painter roofer rigger gardener ranger referee coach
editor author translator librarian cashier teller broker trader administrator developer tester owner holder
user employee worker assistant attendant controller dispatcher registrar curator custodian lifeguard
paramedic researcher student caretaker janitor examiner instructor coordinator director
""".split()

NAMES = """
Ada Amir Ana Aron Bea Bram Carla Chen Cleo Dana Dario Dina Edda Elio Emre Esra Fay Femi Finn Gita Goran Hana
Hugo Ida Igor Ines Ivo Jana Jonas June Kai Kemal Kira Lars Lea Leon Lina Luca Maja Marco Mei Mila Nadia Nils
Noor Olga Omar Oskar Pia Priya Quinn Rafa Rita Rosa Sami Selma Sven Tara Theo Tomas Uma Vera Viktor Wen Yara
Yusuf Zoe Kowalski Meyer Okafor Tanaka Silva Novak Jensen Rossi Dubois Haddad
""".split()

PLACES = """
store room yard office hall dock workshop cellar shed lobby kitchen garage laboratory depot ward corridor
basement attic archive hangar warehouse canteen field tunnel tower pit bay vault cabin lounge courtyard loft
annex gatehouse studio
""".split()

MATERIALS = """
steel copper glass rubber wood plastic paper clay wool cotton brass iron stone leather nylon silk wax
concrete resin zinc tin bamboo foam
""".split()

COLOURS = "red blue green yellow white black grey orange purple brown pink silver".split()

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

MONTHS = "January February March April May June July August September October November December".split()

EVENTS = (
    """
delivery|arrival|the alarm|opening|the incident|the request|receipt|start-up
the shift|closing|departure|loading|unloading|use|each use|entry|the test
the repair|the inspection|transport|storage|installation|the spill
the meeting|the visit|the audit|the report|purchase|payment|the transfer
release|sampling|cleaning|the sale|landing|mixing|the exam|discharge
admission|harvest|painting|welding|lifting|the storm
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

REGULAR = """
inspect clean check record label test lock secure cover drain flush rinse seal wash report register approve
confirm review replace repair calibrate count measure mark open close empty load unload stack store remove
move lift lower attach detach fasten tighten loosen adjust clear dispose document encrypt examine file fill
heat cool insulate install isolate lubricate monitor notify oil pack paint park polish post print process
protect publish purge quarantine rotate sand scan screen share sharpen shred sign sort stamp start sterilize
stop strip switch tag treat trim update use validate varnish ventilate verify wipe warn weigh wrap archive
audit cancel charge collect copy deliver discard disconnect connect earth enter escort extend fence fold
ground hand handle hoist import export inform issue log mail mix mount notch number observe operate order
pay photograph plan plug pour prepare present press probe pump raise reject release rent reset restart
return sample schedule scrape ship shut spray submit supervise support suspend train transfer transport turn
unlock upload vaccinate water weld
""".split()

IRREGULAR = {
    "shut": "shut",
    "grind": "ground",
    "hold": "held",
    "keep": "kept",
    "send": "sent",
    "bring": "brought",
    "sell": "sold",
    "buy": "bought",
    "read": "read",
    "feed": "fed",
    "lay": "laid",
    "cut": "cut",
    "bind": "bound",
    "hang": "hung",
    "set": "set",
    "pay": "paid",
}

DOUBLED = {
    "stop": "stopp",
    "tag": "tagg",
    "log": "logg",
    "trim": "trimm",
    "ship": "shipp",
    "scan": "scann",
    "wrap": "wrapp",
    "plan": "plann",
    "plug": "plugg",
    "strip": "stripp",
    "shut": "shutt",
    "cut": "cutt",
    "set": "sett",
    "submit": "submitt",
    "transfer": "transferr",
    "shred": "shredd",
    "cancel": "cancell",
}

VERBS = [*REGULAR, *IRREGULAR]

# A row: family; attributes; units, where "#" marks the number of a unit written before it.
ATTRIBUTES = [
    (family, attributes.strip().replace("\n", "|").split("|"), units.split("|"))
    for family, attributes, units in (
        (
            "time",
            """
holding time|rest period|notice period|drying time|storage time|waiting time|cooling time
contact time|response time|shift length|retention period|warm-up time|running time|curing time
soaking time|delay|break|stay|cycle time|driving time|hold time|exposure time|visit length
lease term|trial period|retention time
""",
            "hours|minutes|days|seconds|weeks|months|years|hours|minutes|days|business days",
        ),
        (
            "heat",
            """
temperature|surface temperature|storage temperature|inlet temperature|core temperature
oven temperature|room temperature|oil temperature|melting point
""",
            "°C|degrees|°F|°C|degrees Celsius",
        ),
        (
            "size",
            """
distance|clearance|height|depth|width|length|gap|thickness|spacing|diameter|reach|radius
wall thickness|overhang|stack height|tread depth|free space|span
""",
            "m|cm|mm|metres|feet|inches|metres|km|miles|µm",
        ),
        (
            "mass",
            """
weight|load|mass|dose|net weight|payload|batch weight|daily dose|gross weight|yield
""",
            "kg|g|mg|tonnes|pounds|kg|grams|kilograms|µg",
        ),
        (
            "volume",
            """
volume|water amount|fuel reserve|fill volume|capacity|sample volume|flow
""",
            "litres|ml|litres|gallons|L",
        ),
        (
            "share",
            """
humidity|moisture content|fill level|share|discount|purity|concentration|slope|charge level
error rate|oxygen level|fat content|deduction|interest rate|pass mark|attendance|occupancy
alcohol content
""",
            "%| %|percent|per cent|%",
        ),
        (
            "money",
            """
price|fee|deposit|fine|allowance|claim|cost|refund|budget|rent|bonus|hourly rate|loan|purchase
payment
""",
            "$#|$#|€#|£#|euros|dollars|EUR|USD",
        ),
        (
            "count",
            """
crew size|team size|group size|class size|number of copies|number of attempts|number of guests
number of samples|number of signatures|password length|page count|number of items|staffing level
number of witnesses|queue length
""",
            "people|copies|attempts|persons|items|workers|characters|pages|samples|units|guests|signatures",
        ),
        (
            "force",
            """
pressure|tank pressure|voltage|current|power|noise level|speed|top speed|torque|light level
dust level|frequency|wind speed|pump speed|lead content|radiation level|acidity|brightness
flow rate
""",
            "bar|psi|kPa|volts|V|A|watts|dB|km/h|mph|rpm|ppm|lux|Nm|Hz|kW|mg/l|m/s|points",
        ),
    )
]

ONSETS = """
b bl br c ch cl cr d dr f fl fr g gl gr h j k kl kn l m n p pl pr qu r s sc sh sk sl sm sn sp st str sw t th
tr tw v w wh y z
""".split()
VOWELS = "a a e e i i o o u u ai ea ee ie oa oo ou y".split()
CODAS = """
b ck d ff ft g l ld lk ll lm lt m mp n nd ng nk nt p pt r rd rk rl rm rn rt s sh sk sp st t th x z
""".split()
ENDINGS = """
er el or et an in on ow y le al ade age ard ary ery ette id ine ing ish ism ist ite ium ment ode oid ot sman
um us ure
""".split()
SMALL_NUMBERS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty
""".split()
TENS = {30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}


def invented(rng: Random) -> str:
    """A word that is (almost always) in no dictionary, so that a reader has to copy it piece by piece."""
    kind = rng.random()
    if kind < 0.25:
        return rng.choice(SHORT) + rng.choice(SHORT)
    if kind < 0.4:
        return rng.choice(COMMON)[: rng.randint(3, 6)] + rng.choice(ENDINGS)
    word = rng.choice(ONSETS) + rng.choice(VOWELS) + (rng.choice(CODAS) if rng.random() < 0.6 else "")
    if rng.random() < 0.3:
        word += rng.choice(ONSETS) + rng.choice(VOWELS)
    return word + rng.choice(ENDINGS) if rng.random() < 0.6 or len(word) < 4 else word + rng.choice(CODAS)


def past(verb: str) -> str:
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    stem = DOUBLED.get(verb, verb)
    if stem.endswith("e"):
        return stem + "d"
    if stem.endswith("y") and stem[-2] not in "aeou":
        return stem[:-1] + "ied"
    return stem + "ed"


def gerund(verb: str) -> str:
    stem = DOUBLED.get(verb, verb)
    return stem[:-1] + "ing" if stem.endswith("e") and not stem.endswith("ee") else stem + "ing"


def plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh", "z")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeou":
        return noun[:-1] + "ies"
    return noun + "s"


def article(phrase: str) -> str:
    return ("an " if phrase[:1].lower() in "aeiou" else "a ") + phrase


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def spelled(n: int) -> str | None:
    """The number in words, for the numbers that rules write in words."""
    return SMALL_NUMBERS[n] if n <= 20 else TENS.get(n)
