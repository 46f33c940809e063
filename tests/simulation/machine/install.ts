import { install } from '../determinism';

install();
