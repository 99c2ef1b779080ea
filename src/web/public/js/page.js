import { drawCharts } from "./charts.js";
import { openDefinitions } from "./definitions.js";
import { improveFilters } from "./filters.js";
import { tellTime } from "./freshness.js";

drawCharts();
tellTime();
improveFilters();
openDefinitions();
