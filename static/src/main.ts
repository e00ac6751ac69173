// The entry: styles, and the one element that a city's own page can embed as well.
import './styles/page.css';
import './styles/controls.css';
import './styles/data.css';
import './styles/print.css';
import './parts/app.ts';
