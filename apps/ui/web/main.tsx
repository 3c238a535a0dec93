import './theme/reset.css';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '@mantine/core/styles.layer.css';
import '@mantine/dropzone/styles.layer.css';
import './theme/global.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { TimeZoneProvider } from './preferences/time-zone.tsx';
import { createServices, ServicesProvider } from './session/services.tsx';
import { createAppRouter } from './routes.tsx';
import { styleNonce } from './theme/style-nonce.ts';
import { cssVariables, theme } from './theme/theme.ts';

const services = createServices();
const router = createAppRouter(services);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider getStyleNonce={() => styleNonce} theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <ServicesProvider value={services}>
        <QueryClientProvider client={services.queries}>
          <TimeZoneProvider>
            <RouterProvider router={router} />
          </TimeZoneProvider>
        </QueryClientProvider>
      </ServicesProvider>
    </MantineProvider>
  </StrictMode>,
);
