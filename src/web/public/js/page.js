import { drawCharts } from "./charts.js";
import { openDefinitions } from "./definitions.js";
import { improveFilters } from "./filters.js";

drawCharts();
improveFilters();
openDefinitions();
