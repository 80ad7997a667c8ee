export { forgetOldDeliveries, startDeliveries } from './deliveries.jobs.ts';
export { openReceiver } from './receive.ts';
