'use strict';

{
  /** Numbers as people read them: with a real minus sign. */
  const number = (value, decimals = 0) => Number(value).toFixed(decimals).replace('-', '−');

  /** As number(), with a plus sign above 0. */
  const signed = (value, decimals = 0) => (Number(value.toFixed(decimals)) > 0 ? '+' : '') + number(value, decimals);

  const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

  /** "3:07", or with tenths "3:07.4". */
  const time = (seconds, decimals = 0) => {
    const scale = 10 ** decimals;
    const whole = Math.round(seconds * scale);
    const minutes = Math.floor(whole / (60 * scale));
    const rest = ((whole - minutes * 60 * scale) / scale).toFixed(decimals);
    return `${minutes}:${rest.padStart(decimals ? decimals + 3 : 2, '0')}`;
  };

  const took = (ms) => (ms < 1000 ? `${number(ms)} ms` : `${number(ms / 1000, 1)} s`);

  const frequency = (hz) => (hz < 1000 ? `${number(hz)} Hz` : `${Number((hz / 1000).toFixed(hz < 9950 ? 1 : 0))} kHz`);

  /** A part of full scale in dB; what is below -90 dB counts as silence. */
  const level = (amplitude) => {
    const db = 20 * Math.log10(amplitude);
    return db > -90 ? `${number(db, 1)} dBFS` : 'silence';
  };

  const percent = (part) => `${number(100 * part)} %`;

  const kClock = {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'};
  const clock = (iso) => new Date(iso).toLocaleTimeString('en', kClock);

  /** A moment as the reader's clock and calendar have it; today without the date. */
  const moment = (iso) => {
    const date = new Date(iso);
    if (Number.isNaN(date.getTime())) return '';
    if (date.toDateString() === new Date().toDateString()) return clock(iso);
    return date.toLocaleString('en', {day: 'numeric', month: 'short', ...kClock});
  };

  const words = (count, one, many) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

  /** What a job is doing, in a few words. */
  const state = ({status, progress, currentStep}) =>
    (status === 'processing' ? `${progress} % · ${currentStep ?? 'Working'}` : status);

  aura.format = {number, signed, isNumber, time, took, frequency, level, percent, clock, moment, words, state};
}
