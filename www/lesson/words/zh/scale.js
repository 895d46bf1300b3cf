// @ts-check
import { html } from 'lit';
import { percentage } from '../../../i18n/format.js';
import { plusMinus } from '../figures.js';
import { sweepAt } from '../../sweep.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const scale = ({ m, term, paper, lab, facts }) => {
  const { first, best, last, count } = sweepAt(facts, 'classifier-scale');
  const share = (/** @type {number} */ of) => `${percentage(of)}%`;
  return {
    title: '强度：保真与多样',
    line: '强度越大，类别越确定，花样越少；并不是越大越好。',
    idea: html`<p>${term('classifier-scale', '强度')} ${m('g-scale')} 乘在梯度上。0 表示分类器没有发言权，1 就是贝叶斯公式。要严格成立，得有真正的 ${m('g-belief')} 和无穷小的步子；而这个分类器是学出来的，只是近似，步子也没有那么小。实践中用得更大，因为强度为 1 时分类器的拉力往往不够，类别还不分明（${paper('dhariwal2021', 'Dhariwal 与 Nichol，2021')}）。</p>
      <p>${m('scale-target')}</p>
      <p>大于 1 会让分类器更尖锐：它非常确信的图片，分量远远超过它只是比较确信的。于是各次运行都挤向它最确信的地方，这一类的其余部分就少有人去。再推得狠一些，就连图片的样子都没了：颜色刺眼，冒出只有分类器才喜欢的花纹。</p>`,
    task: html`<p>一行一行地看这张表：种子不变，每次推得更狠。看 p(类别) 怎样上升，图片怎样变得彼此相像。然后换一个类别，找出你自己会选的强度。${lab('到实验室里试试', { model: 'emoji32-nano', class: 'face', method: 'classifier', sampler: 'ddim', eta: 0, scale: 16, seed: 1 })}</p>`,
    question: {
      ask: html`把强度从 ${first.label} 提高到 ${last.label}，对大量样本测 ${term('fid', 'FID')}（越小越好）。它会怎样？`,
      options: [
        '一路下降：类别越分明，样本越好。',
        '先下降，再上升。',
        '一路上升：引导只会带来失真。',
        '不变：FID 不知道什么是类别。',
      ],
      answer: 1,
      reveal: html`<p>用裁判的特征来算，FID 从没有引导时的 ${plusMinus(first.fidClean, 1)} 降到强度为 ${best.label} 时的 ${plusMinus(best.fidClean, 1)}，再升到强度为 ${last.label} 时的 ${plusMinus(last.fidClean, 1)}：一条 U 形曲线。一点引导能剔除哪一类都不像的样本；引导太多，整个集合就变窄、变形，而 FID 比的是整个集合。</p>
        <p>${term('precision-recall', '精确率')}从 ${share(first.precision.mean)} 变为 ${share(last.precision.mean)}，${term('inception-score', 'Inception Score')} 从 ${first.inceptionScore.toFixed(1)} 变为 ${last.inceptionScore.toFixed(1)}，召回率却从 ${share(first.recall.mean)} 降到 ${share(last.recall.mean)}。± 是 95 % 区间：末尾的上升和召回率的下降很明确，开头的下降和精确率的提高，区间则有重叠。哪个强度最好，取决于你看重什么。</p>`,
    },
    experiment: {
      target: '推向',
      otherSeeds: '换一组种子',
      caption: '同一组种子，按强度排列，附每行的 p(类别) 与多样性',
      scale: '强度',
      seed: (/** @type {number} */ seed) => `种子 ${seed}`,
      belief: 'p(类别)',
      variety: '多样性',
      varietyLine:
        '多样性是 1 − 相关系数，取一行中所有两两组合的平均：全都一样时为 0。它不计对比度；若直接比较像素距离，光是颜色变刺眼就会让它变大。p(类别) 是一行的平均，出自引导者自己对成品的判断。',
      pictureLabel: (/** @type {number} */ scale, /** @type {number} */ seed) => `强度 ${scale}，种子 ${seed}`,
      sweep: {
        title: `实测：每点 ${count} 个样本`,
        accuracy: { title: '裁判认出的类别', label: '裁判认出所要类别的样本比例，随强度变化' },
        recall: { title: '召回率', label: '召回率及其区间，随强度变化' },
        fid: { title: 'FID', label: 'FID 及其区间，随强度变化：先降后升' },
        line: '横轴是强度。这些是大模型的运行，网络同时被告知类别和风格，所以强度为 0 时类别往往已能认出。裁判是普通分类器，不是引导者。灰线包含 95% 的子集。',
      },
    },
    derivation: {
      title: '强度就是幂',
      lines: [
        { says: html`对数前的系数，就是对数里的幂；${m('scale-z')} 是任意常数，梯度为 0。`, formula: 'scale-power' },
        { says: '所以每一步跟随的，是另一个密度的得分，而不是真正的条件密度：', formula: 'scale-target' },
        { says: '变的是一张图片的分量比另一张大多少：比值要取 s 次幂。', formula: 'scale-two' },
        {
          says: html`${m('scale-one')} 时，分类器给 0.9 的图片，分量是给 0.6 的 1.5 倍；到 8 就完全是另一回事：`,
          formula: 'scale-example',
        },
        {
          says: html`${m('scale-zero')} 回到没有引导的密度，${m('scale-one')} 是真正的条件密度，${m('scale-above')} 则更尖锐：图片的种类更少，每一张更确定。精确率上升，召回率下降。`,
        },
      ],
      symbols: ['classifier-scale', 'classifier-guidance', 'gradient', 'precision-recall', 'fid', 'inception-score'],
    },
  };
};
