    num_nonnulls(:q, :participant, :response, :score, :cf, :call, :deal, :deals, :quartile) = 0
