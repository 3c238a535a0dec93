"""An SMTP server that asks for a sign-in (port 587) and an LMTP server (port 24) of aiosmtpd; writes what it took as JSON, a line a mail."""
import asyncio, json, sys
from hashlib import sha256
from aiosmtpd.smtp import SMTP, LoginPassword, AuthResult
from aiosmtpd.lmtp import LMTP


class Handler:
    def __init__(self, file):
        self.file = file

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith('nobody'):
            return '550 5.1.1 no such user here'
        envelope.rcpt_tos.append(address)
        return '250 2.1.5 fine'

    async def handle_DATA(self, server, session, envelope):
        content = envelope.original_content
        took = {'from': envelope.mail_from, 'to': envelope.rcpt_tos, 'bytes': len(content), 'sha256': sha256(content).hexdigest()}
        self.file.write(json.dumps(took) + '\n')
        self.file.flush()
        if isinstance(server, LMTP):
            return '\r\n'.join('250 2.0.0 %s has it' % address if not address.startswith('full') else '452 4.2.2 %s is full' % address for address in envelope.rcpt_tos)
        return '250-2.0.0 taken\r\n250 2.0.0 queued as 4711'


def authenticate(server, session, envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and data.login == b'anna' and data.password == b'warp-and-weft'
    return AuthResult(success=known, handled=False)


async def main():
    file = open(sys.argv[1], 'w')
    loop = asyncio.get_running_loop()
    sign_in = lambda: SMTP(Handler(file), hostname='submit.example.net', authenticator=authenticate, auth_required=True, auth_require_tls=False, enable_SMTPUTF8=True)
    await loop.create_server(sign_in, '127.0.0.1', 587)
    await loop.create_server(lambda: LMTP(Handler(file), hostname='store.example.net'), '127.0.0.1', 24)
    print('ready', flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
