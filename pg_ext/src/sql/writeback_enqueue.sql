SELECT FROM convene.enqueue_work(
    'writebacks', array_fill($1, ARRAY[cardinality($2)]), $2, $3, $4,
    ARRAY(
        SELECT clock_timestamp() + make_interval(secs => wait.seconds)
        FROM unnest($5) WITH ORDINALITY AS wait (seconds, place)
        ORDER BY wait.place
    )
)
