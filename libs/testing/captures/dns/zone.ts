/** A zone with a record of nearly every type: what the name server of the fixtures serves. */
export const zone = `$TTL 300
@ IN SOA ns.weave.test. hostmaster.weave.test. 1 3600 600 86400 60
@ NS ns
@ NS ns2
@ MX 10 mail
@ MX 20 mail2.example.
@ TXT "v=spf1 mx -all"
@ CAA 0 issue "letsencrypt.org"
@ CAA 128 iodef "mailto:security@weave.test"
@ TYPE65280 \\# 5 c0ffee0102
ns A 127.0.0.2
ns2 A 127.0.0.3
mail A 192.0.2.25
mail AAAA 2001:db8::25
www CNAME web
web A 192.0.2.80
web A 192.0.2.81
web AAAA 2001:db8:0:0:1::80
web AAAA ::ffff:192.0.2.1
MiXeD A 192.0.2.99
dot\\.ted A 192.0.2.46
sp\\032ace A 192.0.2.32
hi\\255gh A 192.0.2.255
deep.er.and.deep.er TXT "one" "two words" "th\\"ree" "f\\007our"
utf8 TXT "gr\\195\\188n"
empty TXT ""
wild.star A 192.0.2.42
*.star A 192.0.2.43
old DNAME new.example.
_http._tcp SRV 0 5 80 web
sip NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:info@weave.test!" .
host HINFO "RISC-V" "Plan 9"
place LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
south LOC 33 51 35.900 S 151 12 40.000 E 24m
wks TYPE11 \\# 9 7f00000206 00000048
rp RP admin.weave.test. rp-text.weave.test.
afs AFSDB 1 afs1
x25 X25 "311061700956"
isdn ISDN "150862028003217" "004"
rt RT 10 relay
nsap NSAP 0x47000580005a0000000001e133ffffff00016100
px PX 10 map822 mapx400
gpos GPOS "-32.6882" "116.8652" "10.0"
kx KX 10 keys
cert CERT PGP 0 0 AQIDBAUG
apl APL 1:192.168.32.0/21 !1:192.168.38.0/28 2:2001:db8::/32
ds DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118
sshfp SSHFP 4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789
ipsec IPSECKEY 10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==
ipsec IPSECKEY 10 3 2 gw.weave.test. AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==
ipsec IPSECKEY 10 0 2 . AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==
dhcid DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=
_443._tcp.web TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
smime SMIMEA 3 0 0 c0ffee
hip HIP 2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cIvM4p9+LrV4e19WzK00+CI6zBCQTdtWsuxKbWIy87UOoJTwkUs7lBu+Upr1gsNrut79ryra+bSRGQb1slImA8YVJyuIDsj7kwzG7jnERNqnWxZ48AWkskmdHaVDP4BcelrTI3rMXdXF5D rvs.weave.test.
talink TALINK a b
openpgp OPENPGPKEY AQIDBA==
csync CSYNC 66 3 A NS AAAA
zonemd ZONEMD 2018031500 1 1 6a0ad8db51b9a3a1ea3a6cb0cb0e7f2d5d4d5b0c0d5e9a3a1ea3a6cb0cb0e7f2d5d4d5b0c0d5e9a3a1ea3a6cb0cb0e7f
svc SVCB 1 web.weave.test. alpn=h2,h3 port=8443 ipv4hint=192.0.2.80,192.0.2.81 ipv6hint=2001:db8::80
svc SVCB 0 other.example.
https HTTPS 1 . alpn=h3 no-default-alpn ech=AEP+DQA/ key65333="va\\"lue" mandatory=alpn
spf SPF "v=spf1 -all"
nid NID 10 0014:4fff:ff20:ee64
l32 L32 10 10.1.2.0
l64 L64 10 2001:db8:1140:1000
lp LP 10 l64-subnet
eui48 EUI48 00-00-5e-00-53-2a
eui64 EUI64 00-00-5e-ef-10-00-00-2a
uri URI 10 1 "https://weave.test/path"
avc AVC "app-name:weave"
amt AMTRELAY 10 0 1 203.0.113.15
${Array.from({ length: 60 }, (_, i) => `big A 198.51.100.${i + 1}`).join('\n')}
`;

/** Owner and type of what is asked, one record of each kind. */
export const questions: readonly (readonly [string, string])[] = [
  ...zone
    .split('\n')
    .filter((line) => /^[a-z_@]/i.test(line) && !line.startsWith('@ IN') && !line.startsWith('big'))
    .map((line) => line.split(' '))
    .filter(([, type]) => type !== undefined)
    .map(([owner, type]) => [owner === '@' ? 'weave.test' : `${owner!}.weave.test`, type!] as const),
  ['weave.test', 'SOA'],
  ['weave.test', 'DNSKEY'],
  ['weave.test', 'ANY'],
  ['www.old.weave.test', 'A'],
  ['one.star.weave.test', 'A'],
  ['nothing.weave.test', 'A'],
  ['WWW.Weave.TEST', 'AAAA'],
  ['2.0.0.127.in-addr.arpa', 'PTR'],
];
