" Vim syntax file
" Language: tta
" Written by `tta reference --format vim`.

if exists("b:current_syntax")
  finish
endif

syn case match

syn keyword ttaStatement parameter include assert catch for if else def return
syn match ttaStatement /^\s*\zsversion\ze\s\+\d/
syn keyword ttaOperatorWord and or not in
syn keyword ttaConstant true false missing
syn match ttaOperator /\.\.\|[=!<>]=\|[-+*\/%^=<>~:]/
syn match ttaNumber /\%(\w\|\.\)\@<!\%(\d\+\%(\.\d\+\)\=\|\.\d\+\)\%([eE][+-]\=\d\+\)\=\>/
syn match ttaOption /\<\%(missing_histology\|missing_genomics\|histology_noise\|column_dropout\|genomics_noise\|token_networks\|input_dropout\|linear_values\|plan_gradient\|probabilities\|rho_prototype\|distribution\|head_dropout\|most_patches\|permutations\|weight_decay\|informative\|inner_folds\|set_dropout\|standardize\|temperature\|unpenalised\|descending\|perplexity\|prototypes\|set_hidden\|shared_dim\|token_keys\|bag_share\|censoring\|precision\|resamples\|rho_token\|set_share\|statistic\|transform\|contrast\|features\|interval\|modality\|patients\|residual\|schedule\|specific\|stratify\|together\|training\|anchors\|average\|centred\|cluster\|columns\|dropout\|epsilon\|heldout\|holding\|horizon\|linkage\|members\|minprop\|patches\|patient\|repeats\|samples\|threads\|weights\|workers\|adjust\|center\|device\|epochs\|folder\|foldid\|format\|fusion\|groups\|hidden\|lambda\|margin\|method\|metric\|noises\|number\|output\|robust\|scheme\|shared\|shares\|strata\|timing\|values\|alpha\|apart\|batch\|cache\|cause\|color\|entry\|event\|exact\|firth\|folds\|gamma\|genes\|label\|level\|sigma\|table\|theme\|times\|title\|trend\|views\|where\|width\|world\|bars\|beta\|bins\|file\|fold\|from\|gate\|join\|last\|loss\|risk\|role\|rule\|seed\|sets\|ties\|time\|type\|unit\|with\|dim\|rho\|top\|by\|id\|lr\|of\|on\|k\)\ze\s*=\%(=\)\@!/
syn match ttaFunction /\<\%(is_missing\|quantile\|ceiling\|length\|median\|number\|string\|unique\|count\|floor\|log10\|lower\|round\|ci95\|log2\|mean\|sqrt\|abs\|exp\|log\|max\|min\|sum\|sd\)\ze(/
syn match ttaCommand /\%(\%(^\|[=({;}]\|\<catch\>\)\s*\)\@<=\%(cumulativeincidence\|crossvalidate\|calibration\|nelsonaalen\|embeddings\|prototypes\|subfolders\|bootstrap\|correlate\|histogram\|quantiles\|residuals\|summarize\|antolini\|baseline\|crosstab\|cutpoint\|describe\|finegray\|followup\|pairwise\|saliency\|settings\|simulate\|withhold\|compare\|example\|heatmap\|history\|logrank\|perturb\|predict\|quality\|scatter\|session\|atrisk\|attach\|cindex\|cohort\|coxnet\|curves\|derive\|exists\|figure\|filter\|subset\|table1\|timing\|anova\|brier\|count\|folds\|model\|panel\|print\|probe\|slide\|table\|train\|head\|help\|join\|load\|plot\|rmst\|save\|show\|sort\|tsne\|vars\|aft\|auc\|box\|cox\|ibs\|row\|uno\|zph\|km\)\>\%(\s*\%([=!<>]=\|[=<>*\/%^.]\|[-+]\s\)\)\@!/ nextgroup=ttaForm skipwhite
syn match ttaForm /\<\%(survpath\|concat\|motcat\|abmil\|cmta\|mcat\|pibd\|cox\|mmp\|snn\|tta\)\>/ contained
syn match ttaName /`[^`]*`/
syn match ttaEscape /\\[nt"\\{}]/ contained
syn region ttaInterpolation start=/{/ end=/}/ end=/\ze"/ contained oneline contains=TOP
syn region ttaString start=/"/ skip=/\\./ end=/"/ oneline contains=ttaEscape,ttaInterpolation
syn match ttaRawString /'[^']*'/
syn match ttaComment /#.*$/ contains=@Spell
syn match ttaCell /^\s*#%%.*$/

hi def link ttaStatement Statement
hi def link ttaOperatorWord Operator
hi def link ttaOperator Operator
hi def link ttaConstant Constant
hi def link ttaNumber Number
hi def link ttaOption Identifier
hi def link ttaFunction Function
hi def link ttaCommand Keyword
hi def link ttaForm Type
hi def link ttaName Identifier
hi def link ttaEscape SpecialChar
hi def link ttaInterpolation Normal
hi def link ttaString String
hi def link ttaRawString String
hi def link ttaComment Comment
hi def link ttaCell Title

let b:current_syntax = "tta"
