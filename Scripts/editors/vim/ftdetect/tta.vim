autocmd BufRead,BufNewFile *.tta,.ttarc setfiletype tta
