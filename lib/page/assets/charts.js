'use strict';

/** The charts that Chart.js draws. */
{
  const {el, format} = aura;

  /**
   * A chart of the page's colours. `configure(color)` makes Chart.js's configuration, anew when the colours change;
   * `finding` is what the chart tells to those who can't see it.
   */
  const chart = (id, finding, configure) => {
    const canvas = el('canvas', {id, role: 'img', 'aria-label': finding});
    let drawn = null;
    // Chart.js measures what it stands in, so it must stand there first.
    const box = el('div', {class: 'chart'}, canvas);
    const draw = () => {
      if (!box.isConnected) return;
      drawn?.destroy();
      Chart.defaults.font.family = 'system-ui, sans-serif';
      Chart.defaults.color = aura.color('muted');
      Chart.defaults.borderColor = aura.color('line');
      const {type, data, options} = configure(aura.color);
      drawn = new Chart(canvas, {type, data, options: {animation: false, maintainAspectRatio: false, ...options}});
    };
    aura.inColor(draw);
    return {element: box, canvas, draw};
  };

  const axis = (text, options = {}) => ({title: {display: true, text}, ...options});

  /** The four scores, 0 to 100. */
  aura.scoreChart = (scores) => {
    const names = Object.keys(scores);
    const told = names.map((name) => `${name} ${format.number(scores[name])}`).join(', ');
    return chart('scores', `Scores out of 100: ${told}.`, (color) => ({
      type: 'bar',
      data: {
        labels: names.map((name) => name[0].toUpperCase() + name.slice(1)),
        datasets: [{
          data: names.map((name) => scores[name]),
          backgroundColor: color('accent'),
          borderRadius: 4,
          maxBarThickness: 18,
        }],
      },
      options: {
        indexAxis: 'y',
        plugins: {legend: {display: false}},
        scales: {
          x: axis('points out of 100', {min: 0, max: 100}),
          y: {grid: {display: false}, ticks: {color: color('ink')}},
        },
      },
    }));
  };

  /** How strong each tempo is, and the tempos to choose from, {bpm, name, isChosen}. */
  aura.tempoChart = ({bpm, strength}, candidates) => {
    const strengthAt = (tempo) => {
      const above = bpm.findIndex((each) => each >= tempo);
      if (above <= 0) return above === 0 ? strength[0] : strength.at(-1);
      const part = (tempo - bpm[above - 1]) / (bpm[above] - bpm[above - 1]);
      return strength[above - 1] + part * (strength[above] - strength[above - 1]);
    };
    const points = (wanted) => candidates.filter((each) => each.isChosen === wanted)
      .map((each) => ({x: each.bpm, y: strengthAt(each.bpm)}));
    const named = candidates.map((each) => `${format.number(each.bpm, 1)} BPM`).join(', ');
    const finding = `How strongly each tempo repeats. Candidates: ${named || 'none'}.`;
    return chart('tempo', finding, (color) => ({
      type: 'scatter',
      data: {
        datasets: [
          {
            label: 'the tempo',
            data: points(true),
            backgroundColor: color('accent'),
            borderColor: color('surface'),
            borderWidth: 2,
            radius: 8,
            hoverRadius: 9,
          },
          {
            label: 'other candidates',
            data: points(false),
            backgroundColor: color('surface'),
            borderColor: color('accent'),
            borderWidth: 2,
            radius: 5,
          },
          {
            label: 'strength',
            type: 'line',
            data: bpm.map((x, index) => ({x, y: strength[index]})),
            parsing: false,
            pointRadius: 0,
            pointHitRadius: 0,
            pointStyle: 'line',
            borderColor: color('muted'),
            borderWidth: 1.5,
          },
        ],
      },
      options: {
        plugins: {
          legend: {labels: {usePointStyle: true}},
          tooltip: {
            callbacks: {label: ({parsed}) => `${format.number(parsed.x, 1)} BPM, ${format.percent(parsed.y)}`},
          },
        },
        scales: {
          x: axis('BPM', {
            type: 'logarithmic',
            min: Math.min(...bpm),
            max: Math.max(...bpm),
            ticks: {callback: (value) => ([30, 40, 60, 80, 100, 200, 300].includes(value) ? value : '')},
          }),
          y: axis('strength', {
            min: 0,
            max: 1.05,  // so that a dot at 1 isn't cut
            ticks: {stepSize: 0.5, callback: (value) => (value > 1 ? '' : value)},
          }),
        },
      },
    }));
  };

  /** How far a track is above or below a reference track in each band, [{hz, difference_db}]. */
  aura.spectrumChart = (bands) => {
    const told = bands.map(({hz, difference_db: db}) => `${format.frequency(hz)} ${format.signed(db, 1)} dB`).join(', ');
    return chart('reference-spectrum', `This track against the reference by octave band: ${told}.`, (color) => ({
      type: 'bar',
      data: {
        labels: bands.map(({hz}) => format.frequency(hz)),
        datasets: [{
          data: bands.map(({difference_db: db}) => db),
          backgroundColor: color('accent'),
          borderRadius: 4,
          maxBarThickness: 36,
        }],
      },
      options: {
        plugins: {
          legend: {display: false},
          tooltip: {callbacks: {label: ({parsed}) => `${format.signed(parsed.y, 1)} dB`}},
        },
        scales: {
          x: {grid: {display: false}, ticks: {maxRotation: 0, autoSkipPadding: 8}},
          y: axis('dB above the reference', {
            suggestedMin: -3, suggestedMax: 3, ticks: {callback: (value) => format.number(value)},
          }),
        },
      },
    }));
  };

  /** Jobs that ended in each of the last minutes, {start, completed, failed}. */
  aura.throughputChart = () => {
    let minutes = [];
    const drawn = chart('throughput', '', (color) => ({
      type: 'bar',
      data: {
        labels: minutes.map(({start}) => format.clock(start)),
        datasets: [
          {label: 'completed', data: minutes.map(({completed}) => completed), backgroundColor: color('accent')},
          {label: 'failed', data: minutes.map(({failed}) => failed), backgroundColor: color('danger')},
        ],
      },
      options: {
        plugins: {legend: {position: 'bottom', labels: {boxWidth: 12, boxHeight: 12}}},
        scales: {
          x: {stacked: true, grid: {display: false}, ticks: {maxRotation: 0, autoSkipPadding: 24}},
          y: axis('jobs per minute', {stacked: true, beginAtZero: true, suggestedMax: 4, ticks: {precision: 0}}),
        },
      },
    }));
    const show = (now) => {
      minutes = now;
      drawn.draw();
    };
    return {...drawn, show};
  };
}
