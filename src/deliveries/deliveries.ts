export { openReceiver } from './receive.ts';
