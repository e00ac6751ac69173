// The MapLibre map: draws composed styles, says what was clicked and what is drawn, and knows nothing of the page.
import {
  AttributionControl, Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl, type StyleSpecification,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { Camera } from '../state/view.ts';
import { accessHeaders } from '../service/access.ts';
import { cacheMode } from '../service/fresh.ts';
import { sentence, type ProblemBody } from '../service/problem.ts';
import { t } from '../words/words.ts';
import { ownerOf } from './compose.ts';
import { drawn, unique, type Drawn } from './features.ts';
import { picture } from './patterns.ts';

// A worker file of our own: a strict content security policy refuses workers made of text.
setWorkerUrl(new URL(workerUrl, import.meta.url).href);

export interface MapEvents {
  moving(): void;
  moved(camera: Camera): void;
  idle(): void;
  chosen(lon: number, lat: number): void;
  failed(message: string): void;
}

export class MapView {
  readonly map: MapLibre;
  private ready = false;
  private next: StyleSpecification | null = null;

  constructor(
    container: HTMLElement, service: string, style: StyleSpecification, attribution: string, start: Start, events: MapEvents,
  ) {
    this.map = new MapLibre({
      container,
      style,
      ...position(start),
      attributionControl: false,
      fadeDuration: 0,
      // The map is flat and north is up: tilting says nothing here and loses people who use the keyboard.
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 19,
      transformRequest: (url) => {
        const headers = accessHeaders(url, service);
        // What a key may see must not be kept by the browser.
        return 'Authorization' in headers ? { url, headers, cache: 'no-store' } : { url, cache: cacheMode() };
      },
      locale: {
        'Map.Title': t('map.label'),
        'NavigationControl.ZoomIn': t('map.zoom_in'),
        'NavigationControl.ZoomOut': t('map.zoom_out'),
        'AttributionControl.ToggleAttribution': t('map.attribution'),
      },
    });
    const { map } = this;
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    const scale = new ScaleControl({ maxWidth: 120 });
    map.addControl(scale, 'bottom-left');
    container.querySelector('.maplibregl-ctrl-scale')?.setAttribute('dir', 'ltr');
    map.addControl(new AttributionControl({ compact: false, customAttribution: attribution }), 'bottom-right');
    map.setMissingStyleImageResolver((id) => {
      if (!map.hasImage(id)) map.addImage(id, picture(id), { pixelRatio: 2 });
    });
    map.once('style.load', () => {
      this.ready = true;
      if (this.next) this.show(this.next);
      this.next = null;
    });
    map.on('movestart', () => events.moving());
    map.on('moveend', () => events.moved(this.camera()));
    map.on('idle', () => events.idle());
    map.on('click', (e) => events.chosen(e.lngLat.lng, e.lngLat.lat));
    map.on('error', (e) => void messageOf(e.error).then((message) => events.failed(message)));
    map.getCanvas().addEventListener('keydown', (e) => {
      if (e.key !== 'Enter') return;
      e.preventDefault();
      const { lng, lat } = map.getCenter();
      events.chosen(lng, lat);
    });
  }

  camera(): Camera {
    const { lng, lat } = this.map.getCenter();
    return { zoom: this.map.getZoom(), lon: lng, lat };
  }

  /** The box that is seen, degrees. */
  box(): [number, number, number, number] {
    const b = this.map.getBounds();
    return [
      Math.max(b.getWest(), -180), Math.max(b.getSouth(), -85), Math.min(b.getEast(), 180), Math.min(b.getNorth(), 85),
    ];
  }

  show(style: StyleSpecification): void {
    // A style that is still being read cannot be compared with the next one: the next one waits.
    if (!this.ready) {
      this.next = style;
      return;
    }
    this.map.setStyle(style, { diff: true });
    // "idle" comes after a frame, also when nothing changed.
    this.map.triggerRepaint();
  }

  go(start: Start): void {
    this.map.jumpTo(position(start));
  }

  /** What is drawn at a place, topmost first. */
  at(lon: number, lat: number): Drawn[] {
    const { x, y } = this.map.project([lon, lat]);
    const reach = 4;
    const exact = this.query([x, y]);
    return exact.length > 0 ? exact : this.query([[x - reach, y - reach], [x + reach, y + reach]]);
  }

  /** What is drawn in the view. */
  all(): Drawn[] {
    return this.query(undefined);
  }

  destroy(): void {
    this.map.remove();
  }

  private query(where: Parameters<MapLibre['queryRenderedFeatures']>[0] | undefined): Drawn[] {
    const found = where === undefined ? this.map.queryRenderedFeatures() : this.map.queryRenderedFeatures(where);
    return unique(found.flatMap((feature) => {
      const owner = ownerOf(feature.layer);
      const one = owner && drawn(owner, feature);
      return one ? [one] : [];
    }));
  }
}

/** A tile that was refused says so as a sentence; anything else keeps its own words. */
async function messageOf(error: { message: string; status?: number; body?: Blob }): Promise<string> {
  if (typeof error.status !== 'number') return error.message;
  const text = (await error.body?.text()) ?? '';
  try {
    return sentence(error.status, JSON.parse(text) as ProblemBody);
  } catch {
    return sentence(error.status, null);
  }
}

export type Start = { camera: Camera } | { box: [number, number, number, number] };

function position(start: Start): object {
  return 'camera' in start
    ? { center: [start.camera.lon, start.camera.lat], zoom: start.camera.zoom }
    : { bounds: start.box, fitBoundsOptions: { padding: 24 } };
}
