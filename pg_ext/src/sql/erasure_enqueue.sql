SELECT convene.enqueue_work('erasures', ARRAY[$1], ARRAY[$2], ARRAY['database'], ARRAY[NULL::uuid], ARRAY[clock_timestamp()])
