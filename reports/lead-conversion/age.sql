      -- What is as old for every rate is counted together.
      least(greatest((:today - created_on - 1) / 30, 0), 3) * 30 + 1 AS age,
