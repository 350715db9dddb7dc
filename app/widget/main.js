/**
 * The embeddable script. This file only starts it; see README.md for how the modules become one file.
 */
import { start } from './src/start.js';

start(document.currentScript);
