"""Realistic values by ``format`` and by name.

Names are folded (lower case, no separators). For a property or parameter called ``billing_country_code``, its
last words are looked up, as many as possible first: ``countrycode`` before ``code``. All values are made up,
or reserved for examples (RFC 2606, RFC 5737, RFC 3849, 555 numbers).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DATE = "2026-01-15"
TIME = f"{DATE}T09:30:00Z"
UUID = "6fc09b53-c24f-4a6c-9ca2-c6076b0842b6"
URL = "https://www.example.com/"
EMAIL = "dsmith@example.com"
BASE64 = "ZXhhbXBsZQ=="
_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
_SHA1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"

#: Values by ``format``: a usual one, and possibly a short one. JSON Schema validation 2020-12, section 7.3,
#: and the OpenAPI format registry.
FORMATS: Mapping[str, tuple[str, ...]] = {
    "date": (DATE,),
    "date-time": (TIME,),
    "datetime": (TIME,),
    "date-time-local": (f"{DATE}T09:30:00",),
    "http-date": ("Thu, 15 Jan 2026 09:30:00 GMT",),
    "time": ("09:30:00Z",),
    "time-local": ("09:30:00",),
    "duration": ("P1D",),
    "email": (EMAIL,),
    "idn-email": (EMAIL,),
    "hostname": ("www.example.com", "a.co"),
    "idn-hostname": ("www.example.com", "a.co"),
    "ip": ("192.0.2.10", "10.0.0.1"),
    "ipv4": ("192.0.2.10", "10.0.0.1"),
    "ipv6": ("2001:db8::10", "::1"),
    "mac": ("00:00:5e:00:53:01",),
    "uri": (URL, "urn:a"),
    "url": (URL, "urn:a"),
    "uri-reference": ("/path", "/"),
    "uri-template": ("/jobs/{id}", "/"),
    "iri": (URL, "urn:a"),
    "iri-reference": ("/path", "/"),
    "uuid": (UUID, UUID.upper()),
    "guid": (UUID, UUID.upper()),
    "byte": (BASE64, "QQ=="),
    "base64": (BASE64, "QQ=="),
    "base64url": ("ZXhhbXBsZQ",),
    "binary": ("example",),
    "password": ("correct-horse-battery",),
    "json-pointer": ("/path", ""),
    "relative-json-pointer": ("0/path", "0"),
    "regex": ("^.*$",),
    "phone": ("+1-555-0100",),
    "decimal": ("9.95",),
    "int32": ("1",),
    "int64": ("1",),
    "google-datetime": (TIME,),
    "google-duration": ("3.5s",),
    "google-fieldmask": ("name",),
    "media-range": ("application/json",),
}

_STRINGS: Mapping[str, str] = {
    # People
    EMAIL: "email emailaddress mail useremail recipient replyto cc bcc",
    "dsmith": "username login user owner createdby updatedby modifiedby nick screenname creator assignee",
    "David": "firstname givenname forename",
    "Lee": "middlename",
    "Smith": "lastname familyname surname",
    "Dave": "nickname",
    "David Smith": "fullname realname author contactname customername ownername "
    "recipientname sendername holdername cardholdername accountholdername passengername guestname",
    "+1-555-0100": "phonenumber phone contactnumber mobile mobilenumber mobilephone telephone tel msisdn",
    "+1-555-0199": "fax faxnumber",
    "1990-05-17": "birthdate dateofbirth birthday dob",
    "female": "gender sex",
    "member": "role userrole",
    "Engineer": "jobtitle occupation profession",
    "Engineering": "department",
    "Example Inc.": "companyname company organization organisation organizationname employer",
    "Acme": "brand brandname manufacturer vendor make",
    # Places
    "1 Main Street": "street streetaddress streetname addressline1 addressline address1 street1 line1",
    "Suite 200": "addressline2 address2 street2 line2",
    "1 Main Street, San Jose, CA 95110": "address formattedaddress fulladdress",
    "95110": "zip zipcode postalcode postcode",
    "Building 2": "addressline3 address3 line3",
    "San Jose": "city town locality cityname location place",
    "CA": "state province statecode regioncode provincecode stateprovince",
    "Santa Clara": "county",
    "Downtown": "district neighborhood neighbourhood",
    "US": "country countrycode countryisocode nationality",
    "United States": "countryname",
    "us-west": "region regionname",
    "37.3382": "latitude lat",
    "-121.8863": "longitude lng lon",
    # Language and money
    "en": "language languagecode lang",
    "en-US": "locale culture acceptlanguage",
    "USD": "currency currencycode",
    "19.99": "price amount unitprice totalamount totalprice total subtotal cost",
    "DE89370400440532013000": "iban",
    "EXMPUS33": "bic swift swiftcode",
    "000123456789": "accountnumber bankaccountnumber",
    "110000000": "routingnumber",
    "4242424242424242": "cardnumber creditcardnumber pan",
    "4242": "last4 lastfour",
    "123": "cvc cvv securitycode",
    "1234": "pin pincode",
    "123456": "otp verificationcode",
    "12-3456789": "taxid taxnumber taxidentifier",
    "DE123456789": "vat vatnumber vatid",
    # Time
    DATE: "date startdate fromdate datestart day datefrom",
    "2026-01-31": "enddate todate duedate dateend dateto",
    TIME: "datetime timestamp starttime starttimestamp createdat updatedat modifiedat startedat created "
    "updated modified createdtime updatedtime createdon updatedon lastmodified lastupdated since after "
    "publishedat deletedat publishdate start",
    "2026-01-15T17:00:00Z": "endtime enddatetime todatetime endedat finishedat completedat until before end",
    "2026-12-31T23:59:59Z": "expiresat expires expiry expiration expirydate expirationdate expirationtime "
    "expiretime expirydatetime expirationdatetime",
    "09:30": "time timeofday",
    "PT30M": "duration",
    "0 9 * * 1": "cron cronexpression",
    "daily": "frequency",
    "January": "month",
    "2026": "year",
    "Europe/Berlin": "timezone timezoneid tz",
    # The web
    URL: "url uri website homepage href link webpage selflink externalurl weburl siteurl issuer",
    "https://www.example.com/image.png": "imageurl image logourl logo avatarurl avatar iconurl icon "
    "thumbnailurl thumbnail photourl photo pictureurl picture",
    "https://www.example.com/callback": "callbackurl callback redirecturi redirecturl webhookurl returnurl "
    "webhook",
    "https://www.example.com/report.pdf": "downloadurl fileurl documenturl attachmenturl",
    "https://api.example.com/": "baseurl endpoint endpointurl apiurl serverurl",
    "www.example.com": "hostname host server domainname",
    "example.com": "domain",
    "192.0.2.0/24": "cidr cidrblock subnet",
    "192.0.2.10": "ip ipaddress ipv4 clientip remoteip sourceip",
    "00:00:5e:00:53:01": "mac macaddress",
    "443": "port",
    "https": "protocol scheme",
    "Mozilla/5.0": "useragent",
    "web": "platform",
    "production": "environment env environmentname",
    "info": "severity level loglevel",
    "example": "subdomain bucket database repository repo slug q query search searchterm searchquery term "
    "keyword keywords tag hashtag twitter topic handle value filter target namespace alias account template "
    "project service provider parent option destination",
    "value": "mapvalue",
    "api": "source",
    "GET": "method requestmethod httpmethod",
    "standard": "type kind mode shippingmethod deliverymethod",
    "card": "paymentmethod",
    "general": "channel",
    # Files and code
    "report.pdf": "filename originalfilename attachmentname file",
    "/reports/report.pdf": "path filepath",
    "pdf": "extension fileextension filetype",
    "application/pdf": "mimetype mediatype filemimetype",
    "application/json": "contenttype",
    "utf-8": "charset encoding",
    "json": "format outputformat responseformat",
    "1.0.0": "version apiversion appversion softwareversion versionnumber",
    "main": "branch branchname",
    "refs/heads/main": "ref gitref",
    "MIT": "license licensename",
    _SHA1: "commit commitid commitsha sha sha1",
    _SHA256: "sha256 hash checksum digest fingerprint filehash contenthash",
    "d41d8cd98f00b204e9800998ecf8427e": "md5 md5hash md5sum",
    '"33a64df5"': "etag ifmatch ifnonematch",
    BASE64: "base64 cursor pagetoken nextpagetoken nexttoken continuationtoken paginationtoken filedata "
    "marker nextmarker continuation scrollid bookmark",
    "#336699": "color colour hexcolor",
    "<p>Hello, world!</p>": "html htmlbody bodyhtml",
    "SHA-256": "algorithm hashalgorithm",
    "linux": "os operatingsystem",
    "x86_64": "architecture arch",
    UUID: "id uid uuid guid gid sid identifier ids idempotencykey correlationid startingafter endingbefore",
    # Credentials are never realistic
    "example-token": "token accesstoken refreshtoken idtoken authtoken sessiontoken bearertoken jwt",
    "example-secret": "secret clientsecret secretkey sharedsecret",
    "example-key": "key apikey accesskey privatekey publickey",
    "example-signature": "signature",
    "Bearer example-token": "authorization",
    "correct-horse-battery": "password passwd pwd newpassword oldpassword currentpassword",
    "read": "scope scopes permission",
    "Bearer": "tokentype",
    "client_credentials": "granttype",
    "code": "responsetype",
    # Goods
    "ABC123": "code",
    "X100": "model",
    "medium": "size",
    "piece": "unit",
    "CN-1001": "creditnote debitnote deliverynote",
    "1001": "number",
    "REF-1001": "reference referencenumber",
    "EXM": "symbol ticker",
    "books": "category",
    "kg": "weightunit",
    "SKU-1001": "sku productcode itemcode",
    "INV-1001": "invoicenumber",
    "ORD-1001": "ordernumber",
    "SN-1001": "serialnumber serial",
    "1Z999AA10123456784": "trackingnumber trackingcode",
    "9780306406157": "isbn isbn13",
    "4006381333931": "ean gtin barcode upc",
    # Words
    "Example": "name displayname title label caption headline heading",
    "An example.": "description shortdescription longdescription summary abstract details detail bio "
    "remarks remark about",
    "Some text.": "text body content textbody plaintext data",
    "A short message.": "message msg subject",
    "A short comment.": "comment comments",
    "A short note.": "note notes",
    "Something went wrong.": "error errormessage errordescription errordetail",
    "No longer needed": "reason",
    "invalid_request": "errorcode errortype",
    "active": "status accountstate",
    "created": "event eventtype",
    "create": "action operation",
    "success": "result outcome",
    "public": "visibility",
    "normal": "priority",
    "true": "active enabled success primary deleted",
    "1": "page quantity position housenumber",
    "20": "limit pagesize",
    "0": "offset",
    "asc": "sortorder sortdirection orderdirection direction order",
    "name": "sort sortby orderby sortfield fields field parameter",
    "example-": "prefix",
    "-example": "suffix",
    "self": "rel",
    "month": "period interval",
}

_NUMBERS: Mapping[Any, str] = {
    0: "offset skip startindex pageindex",
    20: "limit pagesize perpage maxresults top pagelimit itemsperpage",
    42: "total totalcount count totalitems totalresults totalelements itemcount recordcount",
    3: "totalpages pages pagecount",
    5: "discount discountamount",
    12: "expmonth",
    100: "capacity stock max maximum",
    200: "statuscode httpstatus httpstatuscode httpcode",
    443: "port",
    1024: "size filesize sizebytes contentlength bytes filesizebytes",
    1280: "width imagewidth maxwidth screenwidth",
    720: "height imageheight maxheight screenheight",
    2026: "year",
    15: "day dayofmonth",
    9: "hour",
    30: "minute minutes timeout timeoutseconds days",
    34: "age",
    60: "duration interval seconds delay durationseconds",
    3600: "ttl expiresin lifetime maxage",
    1768469400: "timestamp createdat updatedat created updated modified time starttime date createdtime "
    "createdon since iat lastseen ts",
    1768498200: "endtime until",
    1798761599: "expiresat expires expiry exp expirationtime",
    19.99: "price unitprice amount totalamount subtotal cost baseprice totalprice totalcost fee "
    "taxamount balance",
    0.19: "taxrate vatrate",
    1.9: "tax vat totaltax",
    0.95: "confidence probability",
    1.0842: "exchangerate",
    25: "percent percentage progress completion",
    4.5: "rating score averagerating average",
    2.5: "weight",
    12.4: "distance distancekm radius",
    21.5: "temperature",
    25.3: "altitude elevation",
    37.3382: "latitude lat",
    -121.8863: "longitude lng lon",
}

#: Values of names that are a single word, since these words mean something else at the end of another name.
_ALONE: Mapping[str, str] = {
    DATE: "from",
    "2026-01-31": "to",
    "users": "group",
    URL: "self first",
    f"{URL}?page=2": "next",
    f"{URL}?page=1": "previous prev",
    f"{URL}?page=9": "last",
}


def _by_name(table: Mapping[Any, str]) -> dict[str, Any]:
    return {name: value for value, names in table.items() for name in names.split()}


STRING_BY_NAME: Mapping[str, str] = _by_name(_STRINGS)
NUMBER_BY_NAME: Mapping[str, Any] = _by_name(_NUMBERS)
STRING_BY_WORD: Mapping[str, str] = _by_name(_ALONE)
NUMBER_BY_WORD: Mapping[str, Any] = {"status": 200}

#: Ends of names that are written as one word: ``useremail``, ``startdate``.
JOINED = (
    "emailaddress email phonenumber phone firstname lastname username filename hostname ipaddress startdate "
    "enddate birthdate timestamp datetime countrycode postalcode zipcode imageurl url uri uuid guid"
).split()

#: Names of texts that may be ids of objects as well; schemas then allow longer texts.
VAGUE = frozenset("file source destination price".split())
#: Names of numbers that, as texts, are rather an object of the API or its kind.
OBJECTS = frozenset("tax vat totaltax taxrate vatrate discount balance fee".split())
