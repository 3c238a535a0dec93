// Written by libs/protocols/registry/generate.ts from the folders beside it. Do not edit.
import type { ProtocolModule } from '../../sdk/module.ts';

export const modules: readonly ProtocolModule[] = [];
