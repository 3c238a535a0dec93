import { protocol as http } from '../../http/module.ts';
import { behind } from '../../sdk/conformance/behind.ts';
import { conformance } from '../../sdk/conformance/conformance.ts';
import { protocol } from '../module.ts';

conformance(behind(http, protocol), { folder: new URL('..', import.meta.url) });
