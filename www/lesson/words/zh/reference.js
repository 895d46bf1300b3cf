// @ts-check
import { html } from 'lit';
import { percent } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const reference = ({ m, term, paper, lab, facts }) => {
  const { count, points = [] } = facts.sweeps['ilvr-n'] ?? {};
  const [fine, coarse] = [points[0], points.at(-1)];
  return {
    title: '以图片为条件',
    line: 'ILVR 在每一步都保住参考图的大致样貌，细节交给模型；两者的界线由 N 决定。',
    idea: html`<p>标签说的是画什么，参考图 ${m('ilvr-y')} 说的是远看该像什么。${term('ilvr', 'ILVR')}（${paper('choi2021', 'Choi 等，2021')}）
        为此不需要训练，不需要梯度，也不必多问一次网络：它在每一步之后修正样本。</p>
      <p>${m('ilvr-replace')}</p>
      <p>${term('low-pass', '低通')} ${m('ilvr-phi')} 把图片的边长缩小到 ${m('ilvr-n')} 分之一再放大回来，留下的是颜色和大致形状。
        这一步本来给出的样本去掉自己的低频，换上参考图的低频，而参考图已加噪到样本此时所处的程度 ${m('ilvr-noised')}。更细的部分全由模型自己画。</p>
      <p>加噪到哪一级很要紧：走完这一步，样本处在 t − 1，所以参考图也加噪到 t − 1，论文就是这样写的。随论文发布的代码加到了 t，多了一步。</p>`,
    task: html`<p>选一张参考图，这里的或者你自己的，把四个 ${m('ilvr-n')} 都试一遍。最大到多少时，你还能从四个样本里认出参考图？</p>
      <p>${lab('到实验室里试试', { method: 'conditional,ilvr', class: 'animal', 'down-n': 4 })}</p>`,
    question: {
      ask: '从 N = 2 走到 N = 16，不同种子的样本会怎样？',
      options: [
        '彼此更像：N 越大，从参考图保住的越多。',
        '差别更大：与参考图的差别、彼此之间的差别都变大。',
        '内容不变，只是更模糊，因为 16 模糊得更厉害。',
      ],
      answer: 1,
      reveal: html`<p>N 表示保住的图有多粗，所以 N 越大，保住的<em>越少</em>：N = 2 时是四分之一的数值，N = 16 时 32 × 32 里只剩 2 × 2。
        模糊的是被保住的那张图，不是样本；没有保住的部分，模型会画得清清楚楚。实验里的表格显示，两种距离都在变大。</p>
        ${
          fine && coarse
            ? html`<p>用 ${count} 张参考图在 emoji32 上实测：N = ${fine.label} 时，评判者在 ${percent(fine.classAccuracy)} 的样本里仍看出参考图的类别；
              N = ${coarse.label} 时只有 ${percent(coarse.classAccuracy)}。</p>`
            : ''
        }`,
    },
    experiment: {
      coarseness: '粗略程度 N',
      pictures: {
        reference: { name: '参考图', label: '参考图' },
        lowpass: 'ILVR 从参考图保住的部分',
      },
      lowpass: (/** @type {number} */ n) => html`它的 ${m('ilvr-phi')}，N = ${n}`,
      seeds: (/** @type {number} */ n) => `${n} 个种子，不给标签`,
      others: '换一批种子',
      seed: (/** @type {number} */ seed) => `种子 ${seed}`,
      seedLabel: (/** @type {number} */ seed, /** @type {number} */ n) => `种子 ${seed} 的样本，参考图以 N = ${n} 引导`,
      table: {
        title: '你用这张参考图得到的结果（均方根，1 为整个取值范围）',
        held: '每种颜色保住的数值',
        of: (/** @type {number} */ held, /** @type {number} */ all) => `${all} 个中的 ${held} 个`,
        distance: '样本与参考图',
        spread: '样本之间',
      },
    },
    derivation: {
      title: '从对图片的条件到对每一步的修正',
      lines: [
        { says: '想要的样本，低频与参考图 y 相同；每一步都应当知道这一点。', formula: 'ilvr-wanted' },
        {
          says: '条件说的是干净图片，而每一步面对的是带噪声的图片。于是把参考图加噪到这一步将到达的程度。',
          formula: 'ilvr-reference',
        },
        { says: '滤波是线性的：先滤波还是先加噪，结果一样。', formula: 'ilvr-linear' },
        { says: '改为对带噪声的图片提出条件。这就是 ILVR 所作的近似。', formula: 'ilvr-approximate' },
        { says: '右边的样本分两步得到。先是一个不知道参考图的候选：', formula: 'ilvr-proposal' },
        { says: '再换掉它的低频。', formula: 'ilvr-replace' },
        {
          says: html`假如 ${m('ilvr-phi')} 是投影，滤波两次就等于滤波一次，条件会严格成立。用平滑的核缩小再放大并不是投影，所以还剩下一点点，由后面的步骤来纠正：`,
          formula: 'ilvr-left',
        },
      ],
      symbols: ['ilvr', 'low-pass', 'down-n', 'abar'],
    },
  };
};
