// @ts-check
import { html } from 'lit';
import { apart, megabytes, percent, pointOf, realOf } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const limits = ({ m, term, paper, lab, facts }) => {
  const { large, small } = facts.asked;
  const at = (/** @type {number} */ scale) => pointOf(facts, 'classifier-scale', scale).nearest;
  const real = realOf(facts, 'classifier-scale').nearest;
  const int4 = pointOf(facts, 'precision', 'int4');
  const int8 = pointOf(facts, 'precision', 'int8');
  const seen = (facts.imagesSeen / 10_000).toFixed(0);
  const grown = (int4.fid.mean / int8.fid.mean - 1) * 100;
  return {
    title: '局限，以及往后的路',
    line: '小模型做不到什么，它为什么没有照抄，以及换成文字、潜空间和点云时会变什么。',
    idea: html`<p>你在操纵的模型很小，训练也少：完整模型看过 ${seen} 万张图片，而大模型看的以十亿计。只告诉它类别时，评判分类器有
        ${percent(large.told)} 的时候能看出那个类别；加上强度 4 的分类器引导，则是 ${percent(large.guided)}。本课所用的小网络分别是
        ${percent(small.told)} 和 ${percent(small.guided)}。</p>
      <p>它只知道图片里有过的东西。每张图片只属于一个类别，训练从没说过既是脸又是心该是什么样子。不过，${term('classifier-free-guidance', '引导')}
        可以同时要求两者：把两个类别的拉力加起来。</p>
      <p>${m('limits-composed')}</p>
      <p>另一种危险正相反：不是知道得太少，而是记得太多。大模型曾经原样吐出个别训练图片，多半是在数据里重复很多次的那些
        （${paper('carlini2023', 'Carlini 等，2023')}；${paper('somepalli2023', 'Somepalli 等，2023')}）。把不属于你的图片交给生成模型之前，先查一查这种${term('memorisation', '记忆')}。</p>`,
    task: html`<p>同时要求两个类别，说说得到了什么：其中之一、介于两者之间，还是都不是？再让大网络从同一份噪声画一次。${lab('在实验室里组合', { class: 'none', method: 'composed', compose: 'face:3,heart:3' })}</p>`,
    question: {
      ask: '为每个样本找出最近的训练图片。与模型从没见过的表情相比，这个距离怎样？',
      options: [
        '更近：模型在重画训练过的图片。',
        '一样近：样本就像新的表情。',
        '更远：样本不是复制品，但也还不太像表情。',
      ],
      answer: 2,
      reveal: html`<p>留出的表情中，有一半在 ${apart(real)} 之内就有一张训练图片（8 × 8 缩略图的均方根距离，从全黑到全白为 1）。样本的这个数不加分类器时是
          ${apart(at(0))}，强度 4 时是 ${apart(at(4))}，即 ${(at(4) / real).toFixed(2)} 倍远；强度 16 时是 ${apart(at(16))}：推得太猛，就离一切真图片都远了。</p>
        <p>别把它看成定论。中位数说明不了个别的复制，而平移过的或只占一部分的复制，缩略图也看不出来。训练图片不在本页之中，所以这是事先测好的。</p>`,
    },
    experiment: {
      first: '一个类别',
      second: '另一个类别',
      otherNoise: '换一份噪声',
      withLarge: (/** @type {number} */ bytes) => `大网络也来画（下载 ${megabytes(bytes)}）`,
      fetching: '正在获取大网络……',
      caption: '同一份噪声，分别要求一个类别、另一个类别和两者兼有',
      asked: (
        /** @type {'first' | 'second' | 'both'} */ asked,
        /** @type {string} */ first,
        /** @type {string} */ second,
      ) => ({ first, second, both: `${first}＋${second}` })[asked],
      networks: { small: '小网络，int4', large: '大网络，int8' },
      picture: (/** @type {string} */ what, /** @type {string} */ network) => `${what}，${network}`,
      share: (/** @type {string} */ name, /** @type {number} */ share) => `${name} ${percent(share)}`,
      judge: '图片下面是能识别噪声图的分类器对这两个类别的看法。',
      apart: (/** @type {number} */ distance) =>
        html`两个网络合画的图片相距 ${apart(distance)}。差别主要来自网络的大小，而不是位数：大网络改存为 int4 时，FID 只比 int8 高 ${grown.toFixed(1)}\u00a0%。`,
    },
    derivation: {
      title: '完美的学生只会照抄；以及换个地方会变什么',
      lines: [
        { says: '训练只看 n 张图片，别的都没见过。在每个时间步，它要让下面这个量变小：', formula: 'limits-loss' },
        { says: '如果网络不受任何限制，最优解是已知的，即训练图片的后验均值：', formula: 'limits-mean' },
        { says: html`权重表示每张图片对 ${m('xt')} 的解释有多好：`, formula: 'limits-weights' },
        {
          says: '噪声消失时，其中一个权重趋于 1。照这个解走下去，终点必是某张训练图片。新图片来自网络拟合不了的地方：它的大小、它的卷积、它短短的训练。',
          formula: 'limits-copy',
        },
        {
          says: html`${term('text-guidance', '文字')}：文本编码器给出的向量代替类别，网络用注意力去读。引导是无分类器引导，空文本就是空标签
            （${paper('nichol2022', 'Nichol 等，2022')}；${paper('rombach2022', 'Rombach 等，2022')}）。`,
        },
        {
          says: html`${term('latent', '潜空间')}：事先训练好的自编码器把图片变小，扩散就在那里进行（${paper('rombach2022', 'Rombach 等，2022')}）。
            采样器、调度和引导都照旧。但预测在解码之前还不是图片，所以分类器和低通条件要么懂得潜变量，要么隔着解码器来问。`,
        },
        {
          says: html`${term('point-cloud', '点云')}：状态是空间中的一组点，噪声让每个点移动（${paper('luo2021', 'Luo 与 Hu，2021')}）。没有网格：
            网络不能在意点的顺序，也没有低通可以抓住。`,
        },
      ],
      symbols: ['memorisation', 'x0-hat', 'loss', 'text-guidance', 'latent', 'point-cloud'],
    },
  };
};
