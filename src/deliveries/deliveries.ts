export { forgetOldDeliveries, startDeliveries } from './deliveries.jobs.ts';
export { deliveryRoutes } from './deliveries.routes.ts';
export { hookRoutes } from './hooks.routes.ts';
export { startDeliveryPulls } from './pull.jobs.ts';
export { makeHook } from './make-hook.ts';
export { openReceiver } from './receive.ts';
export { openRush } from './rush.ts';
