"""URLs that must never be dialled: every category of addresses, and every spelling of them."""

from typing import Final


def _each(text: str) -> list[str]:
    """What stands between blanks."""
    return text.split()


ADDRESSES: Final = _each("""
    127.0.0.1 127.1.2.3 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 100.64.0.1 169.254.169.254 169.254.170.2
    168.63.129.16 100.100.100.200 192.0.0.192 192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 192.88.99.1
    224.0.0.1 240.0.0.1 255.255.255.255 [::1] [::] [::127.0.0.1] [::ffff:127.0.0.1] [::ffff:0:127.0.0.1]
    [64:ff9b::a9fe:a9fe] [64:ff9b:1::a9fe:a9fe] [2002:a9fe:a9fe::1] [2001:0:7f00:1::1] [2001:2::1] [2001:db8::1]
    [3fff::1] [5f00::1] [fc00::1] [fd00:ec2::254] [fe80::1] [fec0::1] [ff02::1] [100::1] [4000::1] [e000::1]
""")

SPELLINGS: Final = [
    *_each("""
    2130706433 0x7f000001 0X7F.0.0.1 017700000001 0177.0.0.1 127.1 127.0.1 0x7f.1 127.0.0.01 127.0.0.1. 127.0.0.0x1
    1.1.1.1. 00.0.0.0 0 0x 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 169.16689662 127.0.0.256
    127.0.0.1.1 256.256.256.256 4294967296 127.0.0.1%00 %31%32%37.0.0.1 127%2e0%2e0%2e1 [::1%25lo] [::1%lo]
    [fe80::1%25eth0] [::ffff:0177.0.0.1] [0:0:0:0:0:0:0:1 ::1 [v1.1] [] [127.0.0.1] localhost. a..b .a -a.example
    a-.example
    """),
    "a b.example",
    "\uff11\uff12\uff17.0.0.1",  # full-width digits
    "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460",  # circled
    *(f"127{dot}0{dot}0{dot}1" for dot in ("\u3002", "\uff0e", "\uff61")),  # dots that IDNA takes for dots
    "0x7f\u30021",
    "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3",  # localhost, circled
]

URLS: Final = [
    *_each("""
    http:127.0.0.1 http:///127.0.0.1 https:/127.0.0.1 //127.0.0.1 127.0.0.1 https://crm.test@127.0.0.1/
    https://crm.test:80@127.0.0.1/ https://127.0.0.1@crm.test/ https://@crm.test https://crm.test#@127.0.0.1/
    https://crm.test\\@127.0.0.1/ https://crm.test\\127.0.0.1 https:\\\\crm.test https://crm.test:0/
    https://crm.test:65536/ https://crm.test: https://crm.test:8O/ https://crm.test:+80/ https://crm.test/é
    https://crm.test/%zz https://crm.test/#f https:/// https://:443/ ftp://crm.test/ file:///etc/passwd
    gopher://crm.test/ javascript:alert(1) ws://crm.test/ httpss://x
    """),
    "",
    " https://crm.test",
    "https://crm.test /",
    "https://crm.test/a b",
    "https://crm.test/\t",
    "https://crm.test/\r\nHost: x",
    "https://crm.test\n",
    "\nhttps://crm.test",
    "https://crm.test/" + "a" * 2000,
    f"https://{'a' * 64}.test/",
    f"https://{'a.' * 127}test/",
]

EVERY: Final = [*(f"https://{each}/hook" for each in [*ADDRESSES, *SPELLINGS]), *URLS]
