/// The page, as Mustache has it: everything in double braces is escaped.
enum PageTemplate {
    static let page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <title>{{title}} – ft-mmlu</title>
        <style>
        {{{style}}}
        </style>
        </head>
        <body>
        <header>
        <p class="kicker">ft-mmlu report</p>
        <h1>{{title}}</h1>
        {{#summary}}
        <p>{{.}}</p>
        {{/summary}}
        </header>
        <main>
        <section>
        <h2>Accuracy</h2>
        {{#table}}
        <div class="wide"><table class="accuracy">
        <thead>
        <tr><th></th>{{#shots}}<th colspan="{{count}}" scope="colgroup">{{title}}</th>{{/shots}}</tr>
        <tr><th scope="col">Model</th>{{#columns}}<th scope="col">{{title}}</th>{{/columns}}</tr>
        </thead>
        <tbody>
        {{#lines}}
        <tr class="{{kind}}"><th scope="row">{{title}}</th>{{#cells}}<td class="{{sign}}">{{text}}</td>{{/cells}}</tr>
        {{/lines}}
        </tbody>
        </table></div>
        <p class="note">{{caption}}</p>
        {{#hasPairs}}
        <ul class="pairs">{{#pairs}}<li>{{.}}</li>{{/pairs}}</ul>
        {{/hasPairs}}
        {{/table}}
        </section>
        {{#forgetting}}
        <section>
        <h2>Forgetting</h2>
        <p>What training gained without shots, and what it lost with them, in percentage points against \
        the base model on the same questions: Tango's 95 % interval, the p-value of no change, and \
        whether a drop beyond the margin of {{margin}} points is excluded (both tests adjusted by Holm \
        over the categories). A loss below zero is a gain.</p>
        <div class="wide"><table>
        <thead><tr><th scope="col">Model</th><th scope="col">{{gainTitle}}</th>{{#lossTitles}}<th \
        scope="col">{{title}}</th>{{/lossTitles}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{title}}</th>{{#gain}}<td>{{value}}<br/><small>{{interval}}<br/>p {{p}}</small></td>{{/gain}}\
        {{#losses}}<td>{{value}}<br/><small>{{interval}}<br/>p {{p}}<br/>{{verdict}}</small></td>\
        {{/losses}}</tr>
        {{/rows}}
        </tbody>
        </table></div>
        </section>
        {{/forgetting}}
        \(training)
        <section>
        <h2>Figures</h2>
        {{#figures}}
        <figure>
        <div class="picture">{{{svg}}}
        <ul class="legend">{{#legend}}<li><span style="color:{{color}}" aria-hidden="true">\
        {{character}}</span> {{name}}</li>{{/legend}}</ul></div>
        <figcaption>{{title}}</figcaption>
        </figure>
        {{/figures}}
        </section>
        <section>
        <h2>By subject</h2>
        <p>Accuracy in percent, by model and number of shots.</p>
        {{#subjects}}
        <details>
        <summary>{{title}}, {{count}}</summary>
        <div class="wide"><table>
        <thead>
        <tr><th></th><th></th>{{#models}}<th colspan="{{count}}" scope="colgroup">{{name}}</th>{{/models}}</tr>
        <tr><th scope="col">Subject</th><th scope="col">questions</th>{{#shots}}<th scope="col">{{title}}</th>{{/shots}}</tr>
        </thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{name}}</th><td>{{count}}</td>{{#cells}}<td>{{text}}</td>{{/cells}}</tr>
        {{/rows}}
        </tbody>
        </table></div>
        </details>
        {{/subjects}}
        </section>
        \(runs)
        </main>
        </body>
        </html>

        """

    private static let training = """
        {{#choices}}
        <section>
        <h2>How settings were chosen</h2>
        <p>Of each row of the table the settings with the most correct zero-shot answers to the selection \
        sample of validation questions, after training with one seed; of several as good the lowest \
        learning rate, then the lowest λ₀. Settings that failed are not chosen. No test question \
        counts. The accuracy of the chosen settings is the highest of several, and so too high. The run that \
        chose is among those reported.</p>
        <div class="wide"><table>
        <thead><tr><th scope="col">Model</th><th scope="col">learning rate</th><th scope="col">λ₀</th>\
        <th scope="col">accuracy, %</th><th scope="col" class="text">outcome</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{name}}</th><td>{{rate}}</td><td>{{weight}}</td><td>{{accuracy}}</td>\
        <td class="text long">{{outcome}}</td></tr>
        {{/rows}}
        </tbody>
        </table></div>
        </section>
        {{/choices}}
        {{#changes}}
        <section>
        <h2>What training changed</h2>
        <p>Effective ranks of what training added to the weights, over layers, projections and seeds: in \
        how many directions it acts.</p>
        <div class="wide"><table>
        <thead><tr><th scope="col">Model</th><th scope="col">changed weights</th><th scope="col">mean</th>\
        <th scope="col">least</th><th scope="col">most</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{name}}</th><td>{{count}}</td><td>{{mean}}</td><td>{{least}}</td>\
        <td>{{most}}</td></tr>
        {{/rows}}
        </tbody>
        </table></div>
        </section>
        {{/changes}}
        """

    private static let runs = """
        <section>
        <h2>Runs</h2>
        <div class="wide"><table>
        <thead><tr><th scope="col">Run</th><th scope="col" class="text">for</th><th scope="col" class="text">row</th>\
        <th scope="col">rate</th><th scope="col">λ₀</th><th scope="col">seed</th>\
        <th scope="col">time</th><th scope="col" class="text">outcome</th></tr></thead>
        <tbody>
        {{#runs}}
        <tr><th scope="row">{{name}}</th><td class="text">{{role}}</td><td class="text">{{family}}</td>\
        <td>{{rate}}</td><td>{{weight}}</td><td>{{seed}}</td><td>{{seconds}}</td>\
        <td class="text long">{{state}}{{#isFailed}}: {{failure}}{{/isFailed}}</td></tr>
        {{/runs}}
        </tbody>
        </table></div>
        <p class="note">Time is what was measured of training and answering; parts of a run that was \
        resumed are not in it.</p>
        </section>
        <section>
        <h2>Provenance</h2>
        <dl>
        {{#provenance}}
        <dt>{{name}}</dt><dd>{{value}}</dd>
        {{/provenance}}
        </dl>
        {{#hasConfiguration}}
        <details>
        <summary>The study's configuration</summary>
        <pre>{{configuration}}</pre>
        </details>
        {{/hasConfiguration}}
        {{#hasMeasurements}}
        <details>
        <summary>What was measured of each run</summary>
        {{#measurements}}
        <details>
        <summary>{{name}}</summary>
        <div class="wide"><table>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{name}}</th><td class="text">{{detail}}</td><td>{{value}}</td></tr>
        {{/rows}}
        </tbody>
        </table></div>
        </details>
        {{/measurements}}
        </details>
        {{/hasMeasurements}}
        <details>
        <summary>Settings and checksums of each run</summary>
        {{#runs}}
        <details>
        <summary>{{name}}</summary>
        <dl>
        <dt>id</dt><dd>{{id}}</dd>
        <dt>folder</dt><dd>{{folder}}</dd>
        <dt>command</dt><dd><code>{{command}}</code></dd>
        {{#settings}}
        <dt>{{name}}</dt><dd>{{value}}</dd>
        {{/settings}}
        {{#inputs}}
        <dt>checksum of {{name}}</dt><dd>{{value}}</dd>
        {{/inputs}}
        </dl>
        </details>
        {{/runs}}
        </details>
        </section>
        """

    static let style = """
        :root {
          --paper: #ffffff; --ink: #1c1f23; --soft: #5b636d; --line: #d9dde2; --shade: #f4f6f8;
          --gain: #0a6b3d; --loss: #a1260d; --accent: #0b5fa5;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #15181c; --ink: #e6e9ed; --soft: #a3adb8; --line: #343b43; --shade: #1d2227;
            --gain: #6fd3a0; --loss: #ff9d87; --accent: #7db8ea;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 80rem; background: var(--paper);
          color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif;
        }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .75rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; }
        p { margin: .4rem 0; max-width: 46rem; }
        .kicker { color: var(--soft); text-transform: uppercase; letter-spacing: .08em;
          font-size: .78rem; }
        .note { color: var(--soft); font-size: .88rem; }
        .wide { overflow-x: auto; margin: .75rem 0; border: 1px solid var(--line);
          border-radius: 6px; width: fit-content; max-width: 100%; }
        table { border-collapse: separate; border-spacing: 0; font-size: .86rem;
          font-variant-numeric: tabular-nums; }
        table.accuracy { font-size: .82rem; }
        th, td { padding: .35rem .65rem; text-align: right; white-space: nowrap; }
        table.accuracy :is(th, td) { padding-inline: .42rem; }
        thead th { background: var(--shade); font-weight: 600; vertical-align: bottom; }
        thead tr:last-child th { border-bottom: 1px solid var(--line); }
        th[colspan] { text-align: center; }
        tbody th, thead th:first-child, thead th.text { text-align: left; }
        tbody th { font-weight: 500; position: sticky; left: 0; background: var(--paper); }
        thead th:first-child { position: sticky; left: 0; }
        tbody tr + tr > * { border-top: 1px solid var(--line); }
        tbody tr.difference > *, tbody tr.paper > *, tbody tr.interval > *, tbody tr.test > * { border-top: 0; padding-top: 0; }
        tr.difference > *, tr.paper > *, tr.interval > *, tr.test > * { color: var(--soft); font-size: .82rem; }
        tr.difference > th, tr.paper > th, tr.interval > th, tr.test > th { padding-left: 1.4rem; }
        .pairs { color: var(--soft); font-size: .88rem; }
        td.text { text-align: left; }
        td.long { white-space: normal; min-width: 9rem; max-width: 32rem; overflow-wrap: anywhere; }
        td.gain { color: var(--gain); }
        td.loss { color: var(--loss); }
        small { color: var(--soft); }
        figure { margin: 1rem 0 1.75rem; }
        .picture { background: #ffffff; border: 1px solid var(--line); border-radius: 6px;
          padding: .5rem; overflow-x: auto; }
        .picture svg { display: block; margin: 0 auto; max-width: 100%; height: auto;
          min-width: 26rem; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem;
          justify-content: center; margin: .35rem 0 .2rem; padding: 0; color: #1c1f23;
          font-size: .82rem; }
        figcaption { color: var(--soft); font-size: .88rem; margin-top: .35rem; }
        details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0;
          padding: 0 .9rem; }
        summary { cursor: pointer; padding: .55rem 0; color: var(--accent); }
        details[open] { padding-bottom: .75rem; }
        details details { border-width: 1px 0 0; border-radius: 0; margin: 0; padding: 0; }
        dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .15rem 1rem;
          margin: .5rem 0; font-size: .88rem; }
        dt { color: var(--soft); }
        dd { margin: 0; overflow-wrap: anywhere; }
        pre { overflow-x: auto; font-size: .85rem; }
        code { font-size: .95em; }
        @media (max-width: 40rem) {
          body { padding: 1rem .9rem 3rem; }
          h1 { font-size: 1.5rem; }
          th, td { padding-inline: .42rem; }
          thead th { white-space: normal; }
          td.long { min-width: 6rem; }
          th[colspan] { text-align: left; }
          .picture { padding: .25rem; }
          .picture svg { min-width: 20rem; }
          table.accuracy tbody th { font-size: .78rem; }
          tr.difference > th, tr.paper > th, tr.interval > th, tr.test > th { padding-left: .9rem; }
          dl { grid-template-columns: 1fr; gap: 0; }
          dd { margin-bottom: .45rem; }
        }
        """
}
