// @ts-check
import { html } from 'lit';
import { apart, percent, plusMinus, pointOf } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const solvers = ({ m, term, paper, lab, facts }) => {
  const at = (/** @type {string} */ solver, /** @type {number} */ steps) => pointOf(facts, `ode-${steps}`, solver);
  const fid = (/** @type {string} */ solver, /** @type {number} */ steps) => plusMinus(at(solver, steps).fid);
  const judged = (/** @type {string} */ solver, /** @type {number} */ steps) =>
    plusMinus(at(solver, steps).fidClean, 1);
  return {
    title: '快速求解器',
    line: '只用几次调用，更好的规则能更贴近曲线；但更近还不等于更好。',
    idea: html`<p>η = 0 时，采样就是在解一个${term('ode', '常微分方程')}。耗时的只有网络调用，所以好的${term('solver', '求解器')}要用很少的调用走得很准。
        ${term('ddim', 'DDIM')} 最简单：整步都沿用这一步开头的预测。</p>
      <p>${m('solvers-p')} ${term('order', '阶')}求解器的误差是 ${m('solvers-order')}，${m('solvers-h')} 是步长：二阶时，步长减半，误差降到四分之一。
        ${term('dpm-solver', 'DPM-Solver++（2M）')} 借助上一次的预测看出预测在往哪边变（${paper('lu2022', 'Lu 等，2022')}）。
        ${term('unipc', 'UniPC')} 还用下一次的回答来校正每个状态，而这个回答本来就要（${paper('zhao2023', 'Zhao 等，2023')}）。
        ${term('heun', 'Heun')} 先往前看一眼：每步问两次（${paper('karras2022', 'Karras 等，2022')}）。</p>
      <p>阶数是对小步长的承诺，对五个大步什么也没说；步子放在哪里，有时比用哪条规则更要紧。</p>`,
    task: html`<p>比较图片下面的数字：那是到参考解的距离，参考解是很多小步走出来的。然后改用 Karras 的步子分布，看哪些求解器得益。${lab('在实验室里做同样的事', { class: 'face', sampler: 'dpmpp', steps: 'karras10' })}</p>`,
    question: {
      ask: '二阶求解器承诺比 DDIM 更贴近曲线。走 10 步时，这个模型的 FID 会因此变好吗？',
      options: [
        '会：离精确解越近，图片越好。',
        '会，但只有每步问两次的 Heun 如此。',
        '不会：这些求解器和 DDIM 分不出高下。',
      ],
      answer: 2,
      reveal: html`<p>测量用的是完整模型，并加上分类器引导。10 步时，用 EfficientNet-lite0 特征算的 FID：DDIM 为 ${fid('ddim', 10)}，DPM-Solver++ 为 ${fid('dpmpp', 10)}，UniPC 为
          ${fid('unipc', 10)}，Heun 为 ${fid('heun', 10)}（它的调用次数约多一倍）。25 步时依次是 ${fid('ddim', 25)}、${fid('dpmpp', 25)}、
          ${fid('unipc', 25)} 和 ${fid('heun', 25)}。各自的误差区间都与 DDIM 的重叠。</p>
        <p>改用评判分类器的特征，10 步时依次是 ${judged('ddim', 10)}、${judged('dpmpp', 10)}、${judged('unipc', 10)} 和 ${judged('heun', 10)}；能看出所要类别的，
          DDIM 有 ${percent(at('ddim', 10).classAccuracy)}，UniPC 有 ${percent(at('unipc', 10).classAccuracy)}。这次测量看不出好处。</p>
        <p>下面能看到原因之一：测量用的是均匀的时间步，这样分布时，DPM-Solver++ 并不比 DDIM 近多少，而步数约少一半的 Heun 还不如它近。
          改用 Karras 的分布，DPM-Solver++ 和 UniPC 就明显更近。
          FID 是否随之改善，没有测过。步数再多，FID 也不降：这些图片的毛病，多半出在网络自己身上。</p>`,
    },
    experiment: {
      spacing: '步子放在哪里',
      spacingLine: '按时间步均匀，或者像 Karras 等人那样按噪声的 7 次方根均匀。',
      spacings: { even: '时间步均匀', karras: 'Karras' },
      otherNoise: '换一份噪声重来',
      reference: { even: '参考解，时间步均匀', karras: '参考解，Karras 的步子' },
      referenceBy: (/** @type {number} */ steps, /** @type {number} */ calls) =>
        `DPM-Solver++，${calls} / ${steps} 次调用`,
      references: (/** @type {number | undefined} */ distance) =>
        html`参考解从同一份噪声出发，用很多小步走完。参考解有两个，每个距离都是对同一种步子的参考解量的：均匀的步子从 t = 999 开始，Karras 的从 σ = 80 开始，位置更靠后。
          同一份噪声放在不同的起点上，就落在不同的曲线上，终点也就不同${distance === undefined ? '' : html`，这里相距 <b>${apart(distance)}</b>`}。所以这些数字说的是：一种走法偏离自己那条曲线有多远。`,
      caption: '同一份起始噪声，按求解器和允许的最多调用次数排列',
      budget: (/** @type {number} */ calls) => `最多 ${calls} 次`,
      calls: (/** @type {number} */ calls) => `${calls} 次调用`,
      names: { ddim: 'DDIM', dpmpp: 'DPM++（2M）', unipc: 'UniPC', heun: 'Heun' },
      picture: (/** @type {string} */ solver, /** @type {number} */ calls) => `${solver}，调用网络 ${calls} 次之后`,
      after: (/** @type {number} */ calls, /** @type {number | undefined} */ distance) =>
        distance === undefined ? `${calls} 次` : html`<b>${apart(distance)}</b>（${calls} 次）`,
      chart: '到参考解的距离随网络调用次数的变化，每个求解器一条线',
      chartLine: '到参考解的距离，对数刻度，从全黑到全白为 1。Heun 的调用成对出现，所以有时用不满限额。',
      nearest: (/** @type {string} */ solver, /** @type {number} */ distance) =>
        `调用次数最多时，${solver} 最近：离参考解 ${apart(distance)}。`,
    },
    derivation: {
      title: '容易的部分精确求解，其余的靠已知',
      lines: [
        { says: html`用信噪比对数的一半 ${m('solvers-lambda')} 来计时：`, formula: 'solvers-notation' },
        { says: '对预测出的图片来写，概率流 ODE 就很短：', formula: 'solvers-scaled' },
        { says: '从 s 积分到 t。线性部分是精确的，积分号里只剩下预测，这就是指数积分器：', formula: 'solvers-exact' },
        { says: '整步都沿用开头的预测，就是一阶的 DDIM：', formula: 'solvers-first' },
        { says: '要达到二阶，积分就得知道预测如何变化：', formula: 'solvers-taylor' },
        {
          says: '一个回答没有斜率，要有两个才行。Heun 往前再买一个；多步求解器手里已有一个，来自上一步的 r 处：',
          formula: 'solvers-past',
        },
        {
          says: '这就是 DPM-Solver++（2M）。第一步没有过去，与 DDIM 相同；最后一步也是，因为干净图片的 λ 是无穷大。',
          formula: 'solvers-second',
        },
      ],
      symbols: ['ode', 'solver', 'order', 'snr', 'x0-hat', 'dpm-solver', 'unipc', 'heun'],
    },
  };
};
