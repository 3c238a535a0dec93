import { type DynamicModule, Module } from '@nestjs/common';
import { Authentication } from '@orbweaver/platform/auth/authentication.ts';
import { AuthController } from './auth.controller.ts';

@Module({})
export class AuthModule {
  static with(authentication: Authentication): DynamicModule {
    return { module: AuthModule, controllers: [AuthController], providers: [{ provide: Authentication, useValue: authentication }] };
  }
}
