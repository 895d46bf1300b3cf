// @ts-check
import { html } from 'lit';
import { percent, plusMinus, pointOf, realOf } from '../figures.js';

/** @typedef {{ scale: string, value: number }} Extreme */

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const quality = ({ m, term, paper, lab, facts }) => {
  const at = (/** @type {number} */ scale) => pointOf(facts, 'classifier-scale', scale);
  const real = realOf(facts, 'classifier-scale');
  const count = facts.sweeps['classifier-scale']?.count;
  return {
    title: '它有多好？',
    line: 'FID 比较两团特征，Inception 分数只看一团；哪个都看不全，数字也不能搬到别处去比。',
    idea: html`<p>单独一张图片，没有品味就打不了分。两<em>组</em>图片却可以比较：让一个网络把每张图片变成${term('features', '特征')}，
        用均值和协方差概括每一组，再量这两个高斯相距多远。这就是 ${term('fid', 'FID')}（${paper('heusel2017', 'Heusel 等，2017')}）：</p>
      <p>${m('quality-frechet')}</p>
      <p>${term('inception-score', 'Inception 分数')}完全不需要真图片。它问分类器：每个样本是否明确属于某一类？所有类别是否都出现了？（${paper('salimans2016', 'Salimans 等，2016')}）
        ${term('precision-recall', '精确率和召回率')}则把 FID 混在一起的东西分开：精确率是样本中看起来真实的比例，召回率是真图片中样本有可能画出的比例
        （${paper('kynkaanniemi2019', 'Kynkäänniemi 等，2019')}）。</p>`,
    task: html`<p>把样本的高斯拖到真图片的高斯上，直到距离为 0。先对齐中心，再调两根轴：看看每一步消掉了距离的哪一部分。${lab('到实验室看看某个强度', { class: 'animal', scale: 8 })}</p>`,
    question: {
      ask: '有个模型，每一类只会一张完美的图片，翻来覆去总给这几张。哪个数字看得出来？',
      options: [
        'Inception 分数：样本都一样，它会下降。',
        '精确率：复制品不真，它会下降。',
        '召回率：大多数真图片永远不会出现，它会下降。',
        '都看不出来：每一张图片都是完美的。',
      ],
      answer: 2,
      reveal: html`<p>每个样本的类别都很明确，各类也都出现了：Inception 分数已经到顶。每一张都像真的，精确率也是满分。
          只有召回率（以及 FID）比较的是<em>两批</em>图片。</p>
        <p>引导越强，就越往那边走。FID 随分类器强度呈 U 形：用评判分类器的特征，强度 0 时为 ${at(0).fidClean.mean.toFixed(1)}，2 时为
          ${at(2).fidClean.mean.toFixed(1)}，16 时为 ${at(16).fidClean.mean.toFixed(1)}。没有任何网络训练时见过的留出表情则是
          ${plusMinus(real.fidClean, 1)}。</p>
        <p>与此同时，Inception 分数从 ${at(0).inceptionScore.toFixed(1)} 升到强度 8 时的 ${at(8).inceptionScore.toFixed(1)}，超过了真表情的
          ${real.inceptionScore.toFixed(1)}：样本越来越雷同，它却看不出来。召回率看得出来，从 ${percent(at(0).recall.mean)} 降到
          ${percent(at(8).recall.mean)}，而真表情有 ${percent(real.recall.mean)}。</p>
        <p>测法不同，FID 就不能相比。强度 4 的同一批样本，用 EfficientNet-lite0 的特征是 ${at(4).fid.mean.toFixed(0)}，用评判分类器的特征是
          ${at(4).fidClean.mean.toFixed(1)}。同样是留出的表情，取 ${count} 张时为 ${real.fid.mean.toFixed(0)}，取 ${facts.heldOut.count} 张时为
          ${facts.heldOut.fid.toFixed(0)}：样本越少，FID 越大（${paper('binkowski2018', 'Bińkowski 等，2018')}）。能相比的只有同一张表里的各行，并以同样数量的真图片为标尺。</p>`,
    },
    experiment: {
      fidTitle: '两个特征上的 FID',
      gaussians: {
        plane: '平面上的两个高斯，各有一个中心和两根轴可以拖动',
        real: '真图片',
        made: '样本',
        grips: {
          centre: {
            name: '中心',
            text: (/** @type {{ x: number, y: number }} */ { x, y }) => `${x.toFixed(1)}，${y.toFixed(1)}`,
          },
          long: {
            name: '第一根轴，左右键改长度，上下键旋转',
            text: (/** @type {{ a: number, angle: number }} */ { a, angle }) =>
              `长 ${a.toFixed(1)}，${((angle * 180) / Math.PI).toFixed(0)} 度`,
          },
          short: { name: '第二根轴', text: (/** @type {{ b: number }} */ { b }) => `长 ${b.toFixed(1)}` },
        },
      },
      parts: {
        mean: '均值部分',
        covariance: '协方差部分',
        total: 'Fréchet 距离的平方',
        seen: (/** @type {number} */ count) => `各取 ${count} 个点来算`,
      },
      count: '点数',
      countLine: 'FID 是用点算出来的。点少时平均偏大：明明没有距离，也能算出距离来。',
      same: '让两者相同',
      measuredTitle: '完整模型的测量结果',
      measure: '指标',
      measures: {
        fidClean: 'FID，评判分类器特征',
        fid: 'FID，EfficientNet-lite0',
        precision: '精确率',
        recall: '召回率',
        inceptionScore: 'Inception 分数',
      },
      chart: (/** @type {string} */ measure, /** @type {string} */ pairs, /** @type {string} */ real) =>
        `${measure}随分类器强度的变化：${pairs}；留出的表情 ${real}`,
      byScale: (/** @type {number} */ count) => `按分类器强度，每点 ${count} 个样本`,
      heldOut: (/** @type {string} */ value) => `同样多的留出表情：${value}`,
      reads: {
        fidClean: (/** @type {{ least: Extreme, most: Extreme }} */ { least, most }) =>
          `强度 ${least.scale} 时最小（${least.value.toFixed(1)}），${most.scale} 时最大（${most.value.toFixed(1)}）：是 U 形，不是一路下坡。越低越好。`,
        fid: (/** @type {{ least: Extreme, most: Extreme }} */ { least, most }) =>
          `最小 ${least.value.toFixed(0)}，强度 ${most.scale} 时最大，为 ${most.value.toFixed(0)}。这些特征看得见模糊的轮廓，所以哪个强度都离标尺很远。`,
        precision: (/** @type {{ first: Extreme, last: Extreme }} */ { first, last }) =>
          `从 ${percent(first.value)} 到 ${percent(last.value)}：画出的东西看起来真实的多了一点。`,
        recall: (/** @type {{ first: Extreme, last: Extreme }} */ { first, last }) =>
          `从 ${percent(first.value)} 降到 ${percent(last.value)}：有可能画出的真图片变少了。`,
        inceptionScore: (/** @type {{ most: Extreme }} */ { most }) =>
          `强度 ${most.scale} 时最高（${most.value.toFixed(1)}），比真表情还高：它奖励的是典型。`,
      },
      isTitle: '几个样本的 Inception 分数，现场计算',
      mix: '样本',
      mixes: {
        each: (/** @type {number} */ count) => `${count} 个类别各一个`,
        one: (/** @type {number} */ count, /** @type {string} */ name) => `“${name}”画 ${count} 次`,
      },
      scale: '分类器强度',
      again: '换一批样本',
      score: (/** @type {number} */ score, /** @type {number} */ variety, /** @type {number} */ doubt) =>
        html`Inception 分数 <b>${score.toFixed(2)}</b> = exp(多样 ${variety.toFixed(2)} − 犹疑 ${doubt.toFixed(2)})。这里打分的正是负责引导的那个分类器，
          难免偏袒；上面的测量另有评判者。`,
    },
    derivation: {
      title: '把一个高斯搬到另一个上的最省办法；一个其实是信息量的分数',
      lines: [
        {
          says: '把一组里的每个点搬到另一组的某个点。在所有联合分布中，均方最小的搬法是：',
          formula: 'quality-coupling',
        },
        { says: '展开平方。均值自成一项，可选的只剩互协方差 C：', formula: 'quality-expand' },
        {
          says: 'C 不能随便取：它和两个协方差合在一起，必须仍是协方差。它的迹最大能有多大是已知的：',
          formula: 'quality-allowed',
        },
        { says: '于是距离有了闭式；其中的迹与“乘积开方”的迹相同：', formula: 'quality-w2' },
        { says: '一维时，它就是“均值、标准差”平面上两点距离的平方：', formula: 'quality-one' },
        {
          says: 'FID 把真实特征当作高斯，而它们并不是：两组图片可以不同，FID 却为 0。再看 Inception 分数：',
          formula: 'quality-is',
        },
        { says: '它的对数是图片与类别的互信息，即总体的熵减去各张图片熵的平均：', formula: 'quality-information' },
        { says: '所以它在 1 与类别数 K 之间。每类只画一张完美的图片，就能拿到最高分。', formula: 'quality-range' },
      ],
      symbols: ['fid', 'inception-score', 'precision-recall', 'features', 'classifier-scale'],
    },
  };
};
