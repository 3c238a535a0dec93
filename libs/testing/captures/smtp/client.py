"""Sends mails of many shapes with Python's smtplib to port 25, and writes what is in them as JSON, a line a mail: the truth to compare with."""
import json, smtplib, sys
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from hashlib import md5, sha256

truth = open(sys.argv[1], 'w')


def file_truth(name, content, kind):
    return {'file.name': name, 'file.mime_type': kind, 'file.size': len(content), 'file.hash.sha256': sha256(content).hexdigest(), 'file.hash.md5': md5(content).hexdigest()}


def mail(subject, body='Hello\n', **headers):
    message = EmailMessage(policy=SMTP)
    message['From'] = 'Anna Weaver <anna@example.org>'
    message['To'] = 'Ben <ben@example.net>'
    message['Subject'] = subject
    message['Date'] = 'Fri, 02 Jan 2026 04:04:05 +0100'
    message['Message-ID'] = '<%d@example.org>' % (len(subject) + 1000)
    for name, value in headers.items():
        del message[name.replace('_', '-')]
        message[name.replace('_', '-')] = value
    message.set_content(body)
    return message


def send(server, message, sender='anna@example.org', recipients=('ben@example.net',), attachments=(), bytes=None, options=()):
    content = bytes if bytes is not None else message.as_bytes()
    outcome = 'success'
    try:
        refused = sorted(server.sendmail(sender, list(recipients), content, mail_options=list(options)))
    except smtplib.SMTPRecipientsRefused as error:
        refused, outcome = sorted(error.recipients), 'failure'
    # smtplib makes every line break a CR LF, and adds the last one.
    sent = smtplib._fix_eols(content.decode('latin1')).encode('latin1') if outcome == 'success' else b''
    truth.write(json.dumps({
        'from': sender, 'recipients': list(recipients), 'refused': refused, 'outcome': outcome,
        'bytes': len(sent if sent.endswith(b'\r\n') or not sent else sent + b'\r\n'),
        'subject': str(message['Subject']) if outcome == 'success' else None,
        'attachments': list(attachments) if outcome == 'success' else [],
    }) + '\n')


picture = bytes((i * 7919 >> 3) & 255 for i in range(1000))
long = 'Eine sehr lange Betreffzeile mit Umlauten äöü und ß, die über mehrere Zeilen gefaltet werden muss, weil sie sonst zu lang ist'

with smtplib.SMTP('127.0.0.1', 25, local_hostname='client.example.org') as server:
    send(server, mail('Plain words'))
    send(server, mail(long))
    send(server, mail('日本語の件名', 'こんにちは\n', X_Mailer='Loom 1.0', Reply_To='Office <office@example.org>', Cc='"Weaver, Cleo" <cleo@example.net>, anna@example.net'))
    send(server, mail('Dots', '.\n..\n.a line that begins with a dot\n\n.\n'))
    server.rset()
    send(server, mail('Some are refused'), recipients=['ben@example.net', 'nobody@example.net', 'cleo@example.net'])
    send(server, mail('All are refused'), recipients=['nobody@example.net', 'joe@elsewhere.example'])
    send(server, mail('Bounce'), sender='')

    message = mail('A picture and a table')
    message.add_attachment(picture, maintype='image', subtype='png', filename='pattern.png')
    message.add_attachment('a;b\n1;2\n', subtype='csv', filename='Übersicht über alles.csv')
    send(server, message, attachments=[file_truth('pattern.png', picture, 'image/png'), file_truth('Übersicht über alles.csv', b'a;b\r\n1;2\r\n', 'text/csv')])

    inner = mail('The inner one', From='cleo@example.net')
    inner.add_attachment(picture, maintype='application', subtype='octet-stream', filename='inner.bin')
    outer = mail('A mail in a mail')
    outer.add_attachment(inner)
    inner_bytes = inner.as_bytes()
    send(server, outer, attachments=[
        {'file.mime_type': 'message/rfc822'},
        file_truth('inner.bin', picture, 'application/octet-stream'),
    ])

    related = mail('Text, page and a logo within')
    related.add_alternative('<p>Hello <img src="cid:logo"></p>\n', subtype='html')
    related.get_payload()[1].add_related(picture[:200], 'image', 'gif', cid='<logo>')
    send(server, related, attachments=[{'file.mime_type': 'image/gif', 'file.size': 200, 'file.hash.md5': md5(picture[:200]).hexdigest()}])

    alone = EmailMessage(policy=SMTP)
    alone['From'] = 'anna@example.org'
    alone['To'] = 'undisclosed-recipients:;'
    alone['Subject'] = 'Nothing but a file'
    alone.set_content(picture, maintype='application', subtype='pdf', filename='only.pdf')
    send(server, alone, attachments=[file_truth('only.pdf', picture, 'application/pdf')])

    raw = (b'From: anna@example.org (Anna (the weaver))\r\nTo: A Group: ben@example.net, <cleo@example.net>;\r\n'
           b'Subject: =?iso-8859-1?Q?caf=E9?= =?iso-8859-1?Q?_cr=E8me?= and =?utf-8?B?w7xi?=\r\n =?utf-8?B?ZXI=?=\r\n'
           b'Date: 2 Jan 26 03:04 GMT\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary="=_loom (1)"\r\n\r\npreamble\r\n'
           b'--=_loom (1)\r\nContent-Type: text/plain;\r\n name*0*=iso-8859-1\'de\'Gr%FC;\r\n name*1*=%DFe;\r\n name*2=.txt\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
           b'caf=E9 =\r\ncr=E8me=\r\n\r\n--=_loom (1)--\r\nepilogue\r\n')
    odd = mail('café crème and über')
    send(server, odd, bytes=raw, attachments=[file_truth('Grüße.txt', b'caf\xe9 cr\xe8me', 'text/plain')])

with smtplib.SMTP('127.0.0.1', 25, local_hostname='client.example.org') as server:
    server.ehlo()
    international = EmailMessage(policy=SMTPUTF8)
    international['From'] = 'Jürgen <jürgen@example.org>'
    international['To'] = 'jürgen@example.net'
    international['Subject'] = 'Grüße'
    international.set_content('ä\n', cte='8bit')
    send(server, international, sender='jürgen@example.org', recipients=['jürgen@example.net'], options=['SMTPUTF8', 'BODY=8BITMIME'])
    server.verify('anna@example.net')
    server.noop()
