namespace EdgeStream.Gateway.Metrics;

/// <summary>Every metric of <c>/metrics</c>. Names are a promise to dashboards and alerts: a test freezes
/// them.</summary>
internal static class MetricCatalog
{
    public static readonly Metric BuildInfo = Metric.Gauge(
        "edgestream_build_info", "Always 1; the label says which version runs.");
    public static readonly Metric Uptime = Metric.Gauge(
        "edgestream_uptime_seconds", "Seconds since the gateway started.");
    public static readonly Metric Health = Metric.Gauge(
        "edgestream_health_status", "0 healthy, 1 degraded, 2 failing.");
    public static readonly Metric ResidentMemory = Metric.Gauge(
        "process_resident_memory_bytes", "Memory of the process that is in RAM, mapped files included.");
    public static readonly Metric CpuSeconds = Metric.Counter(
        "process_cpu_seconds_total", "CPU time that the process has used.");
    public static readonly Metric AllocatedBytes = Metric.Counter(
        "edgestream_allocated_bytes_total", "Bytes of objects made since the start, whether collected or not.");
    public static readonly Metric ClockSet = Metric.Gauge(
        "edgestream_clock_set", "1 while the wall clock shows a time that a working clock can show.");
    public static readonly Metric ClockSteps = Metric.Counter(
        "edgestream_clock_steps_total", "How often the wall clock was set since the start, as earlier records' times.");

    public static readonly Metric StreamAppended = Metric.Counter(
        "edgestream_stream_appended_records_total", "Records acknowledged since the stream was made.");
    public static readonly Metric StreamEvicted = Metric.Counter(
        "edgestream_stream_evicted_records_total", "Records that retention has taken.");
    public static readonly Metric StreamEvictedReason = Metric.Counter(
        "edgestream_stream_evicted_reason_records_total", "The same by reason; the reasons add up.");
    public static readonly Metric StreamLost = Metric.Counter(
        "edgestream_stream_lost_records_total", "Records damaged on disk.");
    public static readonly Metric StreamDuplicates = Metric.Counter(
        "edgestream_stream_duplicates_total", "Records that were sent again and recognised since the start.");
    public static readonly Metric StreamRecords = Metric.Gauge(
        "edgestream_stream_stored_records", "Records that can be read now.");
    public static readonly Metric StreamBytes = Metric.Gauge(
        "edgestream_stream_stored_bytes", "Bytes of log that hold them.");
    public static readonly Metric StreamDiskBytes = Metric.Gauge(
        "edgestream_stream_disk_bytes", "Bytes of the stream's files, what is reserved in advance included.");
    public static readonly Metric StreamProtected = Metric.Gauge(
        "edgestream_stream_protected_bytes", "Bytes that are kept until a delivery has delivered them.");
    public static readonly Metric StreamFull = Metric.Gauge(
        "edgestream_stream_full", "1 when the stream refuses records for want of room.");
    public static readonly Metric StreamFailed = Metric.Gauge(
        "edgestream_stream_failed", "1 when the stream refuses records after a disk error.");
    public static readonly Metric StreamScrubbed = Metric.Counter(
        "edgestream_stream_scrubbed_bytes_total", "Bytes of old segments checked against the disk.");
    public static readonly Metric StreamRotten = Metric.Gauge(
        "edgestream_stream_rotten_segments", "Old segments on disk that were found damaged since the start.");
    public static readonly Metric StreamIndexesRepaired = Metric.Counter(
        "edgestream_stream_repaired_indexes_total", "Index files that were damaged or missing and were made again.");
    public static readonly Metric StreamUnsyncedAge = Metric.Gauge(
        "edgestream_stream_unsynced_age_seconds",
        "How long the oldest record that no sync has made durable has waited for one.");
    public static readonly Metric GroupMembers = Metric.Gauge(
        "edgestream_group_members", "Members of a consumer group that were heard of within its lease duration.");
    public static readonly Metric GroupPending = Metric.Gauge(
        "edgestream_group_pending_records", "Acknowledged records that a consumer group has not done.");
    public static readonly Metric StreamUpkeepFailures = Metric.Counter(
        "edgestream_stream_upkeep_failures_total",
        "How often background work on the stream's files began to fail since the start.");
    public static readonly Metric StreamSetAside = Metric.Gauge(
        "edgestream_stream_set_aside_bytes",
        "Bytes of the stream's files that recovery has set aside as damaged; part of what it takes on disk.");
    public static readonly Metric StorageFree = Metric.Gauge(
        "edgestream_storage_free_bytes", "Free bytes of the file system with the data folder.");
    public static readonly Metric StorageSize = Metric.Gauge(
        "edgestream_storage_size_bytes", "Size of that file system.");

    public static readonly Metric StorageUsed = Metric.Gauge(
        "edgestream_storage_used_bytes", "Bytes of the files of all streams.");
    public static readonly Metric StorageBudget = Metric.Gauge(
        "edgestream_storage_budget_bytes", "Bytes that they may take together.");
    public static readonly Metric StorageReserve = Metric.Gauge(
        "edgestream_storage_reserve_bytes", "Bytes to be held back for the state and for high priority.");
    public static readonly Metric StorageReserveHeld = Metric.Gauge(
        "edgestream_storage_reserve_held_bytes", "Bytes that are held back now.");

    public static readonly Metric WearProcess = Metric.Counter(
        "edgestream_wear_process_written_bytes_total",
        "Bytes that the gateway has made the kernel write, over restarts.");
    public static readonly Metric WearDevice = Metric.Counter(
        "edgestream_wear_device_written_bytes_total",
        "Bytes that all programs have written to the whole disk, over restarts.");
    public static readonly Metric WearPayload = Metric.Counter(
        "edgestream_wear_payload_bytes_total",
        "Bytes of keys and values of accepted records, over restarts.");
    public static readonly Metric WearRatio = Metric.Gauge(
        "edgestream_wear_process_bytes_per_payload_byte",
        "The gateway's written bytes for each of them, in a day.");
    public static readonly Metric WearDeviceRatio = Metric.Gauge(
        "edgestream_wear_device_bytes_per_payload_byte",
        "All programs' bytes on the disk for each of them, in a day: the file system's journal too.");
    public static readonly Metric WearProcessHour = Metric.Gauge(
        "edgestream_wear_process_bytes_per_hour",
        "Bytes that the gateway wrote in the last hour.");
    public static readonly Metric WearProcessDay = Metric.Gauge(
        "edgestream_wear_process_bytes_per_day",
        "Bytes that the gateway writes in a day.");
    public static readonly Metric WearDeviceHour = Metric.Gauge(
        "edgestream_wear_device_bytes_per_hour",
        "Bytes that all programs wrote to the disk in the last hour.");
    public static readonly Metric WearDeviceDay = Metric.Gauge(
        "edgestream_wear_device_bytes_per_day",
        "Bytes that all programs write to the disk in a day.");
    public static readonly Metric WearEndurance = Metric.Gauge(
        "edgestream_wear_endurance_bytes",
        "Bytes that the disk may be written in its life, as configured.");
    public static readonly Metric WearDaysLeft = Metric.Gauge(
        "edgestream_wear_days_left",
        "Days until that is used up at the present rate.");

    public static readonly Metric MqttConnections = Metric.Gauge(
        "edgestream_mqtt_connections", "MQTT clients connected now.");
    public static readonly Metric MqttSessions = Metric.Gauge(
        "edgestream_mqtt_sessions", "MQTT sessions, those of absent clients included.");
    public static readonly Metric MqttReceived = Metric.Counter(
        "edgestream_mqtt_publishes_received_total", "PUBLISH packets received.");
    public static readonly Metric MqttRefused = Metric.Counter(
        "edgestream_mqtt_publishes_refused_total", "Messages that were not taken and not acknowledged as such.");
    public static readonly Metric MqttSent = Metric.Counter(
        "edgestream_mqtt_publishes_sent_total", "PUBLISH packets sent.");
    public static readonly Metric MqttRetained = Metric.Gauge(
        "edgestream_mqtt_retained_messages", "Topics that hold a retained message.");
    public static readonly Metric MqttDropped = Metric.Counter(
        "edgestream_mqtt_dropped_messages_total", "Messages that a subscriber missed, by reason.");
    public static readonly Metric MqttPublishesDropped = Metric.Counter(
        "edgestream_mqtt_dropped_publishes_total",
        "Messages refused for good whose 3.1.1 publishers were told that they arrived.");
    public static readonly Metric MqttRefusals = Metric.Counter(
        "edgestream_mqtt_refusals_total",
        "Connections, logins, messages and subscriptions that were refused, by reason.");
    public static readonly Metric MqttProtocolErrors = Metric.Counter(
        "edgestream_mqtt_protocol_errors_total", "Connections ended because the client broke the protocol or a bound.");
    public static readonly Metric MqttQueuedBytes = Metric.Gauge(
        "edgestream_mqtt_queued_bytes", "Bytes of messages that wait for subscribers.");
    public static readonly Metric IngestAccepted = Metric.Counter(
        "edgestream_ingest_accepted_total", "Messages that were decoded and appended.");
    public static readonly Metric IngestDeadLetter = Metric.Counter(
        "edgestream_ingest_dead_letter_total", "Messages that went to the dead-letter stream.");
    public static readonly Metric IngestRefused = Metric.Counter(
        "edgestream_ingest_refused_total", "Messages that no stream could take.");

    public static readonly Metric IngestWaiting = Metric.Gauge(
        "edgestream_ingest_waiting_messages", "Messages that wait for a stream that has fallen behind.");

    public static readonly Metric SourceConnected = Metric.Gauge(
        "edgestream_source_connected", "1 while the source is connected to its server.");
    public static readonly Metric SourceConnections = Metric.Counter(
        "edgestream_source_connections_total", "Connections to its server since the source was started or changed.");
    public static readonly Metric SourceReceived = Metric.Counter(
        "edgestream_source_received_messages_total", "Messages that the server sent.");
    public static readonly Metric SourceAcknowledged = Metric.Counter(
        "edgestream_source_acknowledged_messages_total",
        "Messages of QoS 1 and 2 that were acknowledged after they were stored.");
    public static readonly Metric SourceRepeated = Metric.Counter(
        "edgestream_source_repeated_messages_total", "Messages that came again and were known: stored once.");
    public static readonly Metric SourceRefused = Metric.Counter(
        "edgestream_source_refused_messages_total",
        "Messages that could not be stored: too large for good, or left to the server for now.");
    public static readonly Metric SourceInFlight = Metric.Gauge(
        "edgestream_source_in_flight_messages", "Messages that await being stored before they are acknowledged.");
    public static readonly Metric ModbusReadings = Metric.Counter(
        "edgestream_modbus_readings_total",
        "How often a Modbus device was read since its source was started or changed.");
    public static readonly Metric ModbusFailures = Metric.Counter(
        "edgestream_modbus_failures_total", "How often it did not answer, or refused something.");
    public static readonly Metric ModbusStale = Metric.Gauge(
        "edgestream_modbus_stale", "1 while a Modbus device has given nothing for three periods.");
    public static readonly Metric SensorReadings = Metric.Counter(
        "edgestream_sensor_readings_total",
        "How often a sensor of the kernel was read, or a line recorded, since its source was started or changed.");
    public static readonly Metric SensorFailures = Metric.Counter(
        "edgestream_sensor_failures_total", "How often it had no value that is believed.");
    public static readonly Metric SensorLost = Metric.Counter(
        "edgestream_sensor_lost_total",
        "Scans of a buffer, or edges of a line, that were lost: nobody read them in time, or had room for them.");
    public static readonly Metric SensorStale = Metric.Gauge(
        "edgestream_sensor_stale",
        "1 while a sensor has given nothing for three periods, or a line cannot be watched.");

    public static readonly Metric DevicesClockOff = Metric.Gauge(
        "edgestream_devices_clock_off", "Devices whose own clock is off by more than five seconds.");
    public static readonly Metric DevicesDropped = Metric.Counter(
        "edgestream_devices_dropped_total", "Devices that the registry had no room for any more.");
    public static readonly Metric DeviceMissing = Metric.Counter(
        "edgestream_device_missing_messages_total", "Messages that did not come, by the devices' own counters.");
    public static readonly Metric DeviceRepeated = Metric.Counter(
        "edgestream_device_repeated_messages_total",
        "Messages that came more than once, by the devices' own counters or their producers' numbers.");
    public static readonly Metric DeviceTwins = Metric.Gauge(
        "edgestream_device_twins", "Devices that have a twin.");
    public static readonly Metric Devices = Metric.Gauge(
        "edgestream_devices", "Devices seen since the start.");
    public static readonly Metric QueryRunning = Metric.Gauge(
        "edgestream_query_running", "1 while a continuous query runs.");
    public static readonly Metric QueryRowsIn = Metric.Counter(
        "edgestream_query_rows_in_total", "Rows that a query has taken since the start.");
    public static readonly Metric QueryRowsOut = Metric.Counter(
        "edgestream_query_rows_out_total", "Rows of its results and of streams with an output since the start.");
    public static readonly Metric QueryErrors = Metric.Counter(
        "edgestream_query_errors_total", "Rows of its error stream since the start.");
    public static readonly Metric QueryMemory = Metric.Gauge(
        "edgestream_query_memory_bytes", "About how much memory its state takes.");
    public static readonly Metric QueryLag = Metric.Gauge(
        "edgestream_query_lag_records", "Records of its inputs that it has not read.");
    public static readonly Metric QueryTablesStale = Metric.Gauge(
        "edgestream_query_stale_tables", "Tables of the query that cannot be read, and are joined as they were.");
    public static readonly Metric QueryRuns = Metric.Gauge(
        "edgestream_query_runs", "Queries that are run for one client each now, over: live or history.");
    public static readonly Metric QueryRunsRefused = Metric.Counter(
        "edgestream_query_refused_runs_total", "Of those, runs that were refused as too many were under way.");

    public static readonly Metric RuleFiring = Metric.Gauge(
        "edgestream_rule_firing", "Alerts of the rule that fire now.");
    public static readonly Metric RulePending = Metric.Gauge(
        "edgestream_rule_pending", "Keys whose condition holds, for less than the rule's time.");
    public static readonly Metric AlertSilences = Metric.Gauge(
        "edgestream_alert_silences", "Silences that count now.");
    public static readonly Metric AlertAcknowledged = Metric.Gauge(
        "edgestream_alert_acknowledged", "Alerts that fire and that somebody takes care of.");
    public static readonly Metric ActionWaiting = Metric.Gauge(
        "edgestream_alert_action_waiting_alerts", "Alerts that an action has yet to tell of.");
    public static readonly Metric ActionDone = Metric.Counter(
        "edgestream_alert_action_notifications_total", "Notifications that were taken.");
    public static readonly Metric ActionRetried = Metric.Counter(
        "edgestream_alert_action_retries_total", "Attempts that failed and were made again.");
    public static readonly Metric ActionFailed = Metric.Counter(
        "edgestream_alert_action_failures_total", "Notifications that were given up or refused.");
    public static readonly Metric ActionDropped = Metric.Counter(
        "edgestream_alert_action_dropped_alerts_total", "Alerts that had no room among those an action knows.");

    public static readonly Metric DeliveryBacklogRecords = Metric.Gauge(
        "edgestream_delivery_backlog_records", "Records that wait for delivery.");
    public static readonly Metric DeliveryHistory = Metric.Gauge(
        "edgestream_delivery_history_records", "Of them those that waited through an outage, beside what comes now.");
    public static readonly Metric DeliveryBacklogBytes = Metric.Gauge(
        "edgestream_delivery_backlog_bytes", "About how many bytes of log they take.");
    public static readonly Metric DeliveryLag = Metric.Gauge(
        "edgestream_delivery_lag_seconds", "How long the oldest of them has waited.");
    public static readonly Metric DeliveryAppended = Metric.Counter(
        "edgestream_delivery_appended_records_total",
        "Records since the delivery's start position: delivered, evicted, rejected, filtered and backlog together.");
    public static readonly Metric DeliveryRecords = Metric.Counter(
        "edgestream_delivery_delivered_records_total", "Records that the destination accepted.");
    public static readonly Metric DeliveryBytes = Metric.Counter(
        "edgestream_delivery_delivered_bytes_total", "Bytes of accepted objects as they were sent.");
    public static readonly Metric DeliveryObjects = Metric.Counter(
        "edgestream_delivery_delivered_objects_total", "Objects that the destination accepted.");
    public static readonly Metric DeliveryEvicted = Metric.Counter(
        "edgestream_delivery_evicted_records_total", "Records that were gone before they could be delivered.");
    public static readonly Metric DeliveryRejected = Metric.Counter(
        "edgestream_delivery_rejected_records_total",
        "Records that the destination refused for good and that were put aside, by the reason.");
    public static readonly Metric DeliveryFiltered = Metric.Counter(
        "edgestream_delivery_filtered_records_total", "Records that the delivery's transform has left out.");
    public static readonly Metric DeliveryRetried = Metric.Counter(
        "edgestream_delivery_retried_records_total",
        "Records that were sent another time, because an attempt failed or its answer was not known.");
    public static readonly Metric DeliveryRemoved = Metric.Counter(
        "edgestream_delivery_removed_objects_total", "Delivered objects that a folder's size limit has removed.");
    public static readonly Metric DeliveryUnfit = Metric.Counter(
        "edgestream_delivery_unfit_values_total",
        "Values in delivered objects that did not fit their columns and were left out.");
    public static readonly Metric DeliveryBreaker = Metric.Gauge(
        "edgestream_delivery_breaker",
        "Whether each shard may try the destination: 0 closed, 1 half-open, 2 open, one shard tries for all.");
    public static readonly Metric DeliveryWire = Metric.Counter(
        "edgestream_delivery_wire_bytes_total",
        "Bytes of the connections to the destination, headers and TLS included, by direction: sent or received.");
    public static readonly Metric DeliveryMonth = Metric.Gauge(
        "edgestream_delivery_month_bytes", "Bytes of both directions in the calendar month, UTC.");
    public static readonly Metric DeliveryMonthMax = Metric.Gauge(
        "edgestream_delivery_month_bytes_max", "How many the month may have; NaN for any number.");
    public static readonly Metric DeliveryHold = Metric.Gauge(
        "edgestream_delivery_hold",
        "Why nothing is begun: 0 it is, 1 the month's bytes are used up, 2 its windows are closed.");
    public static readonly Metric DeliveryDrain = Metric.Gauge(
        "edgestream_delivery_drain_records_per_second", "Records that leave the backlog, over the last minute.");
    public static readonly Metric DeliveryEta = Metric.Gauge(
        "edgestream_delivery_eta_seconds", "When the backlog is gone as things go; NaN where it does not shrink.");
    public static readonly Metric DeliveryCost = Metric.Gauge(
        "edgestream_delivery_wire_bytes_per_record",
        "Bytes of the connections for each record delivered, since the start; NaN while none was.");

    public static readonly Metric KinesisRequests = Metric.Counter(
        "edgestream_kinesis_requests_total",
        "Requests to the Kinesis API by action and result: ok, refused, throttled, failed or aborted.");
    public static readonly Metric KinesisSeconds = Metric.Counter(
        "edgestream_kinesis_request_seconds_total", "How long all requests of an action took together.");
    public static readonly Metric KinesisUnderWay = Metric.Gauge(
        "edgestream_kinesis_requests_under_way", "Requests to the Kinesis API that are served now.");
    public static readonly Metric KinesisSubscriptions = Metric.Gauge(
        "edgestream_kinesis_subscriptions", "Subscriptions to shards that are open now.");
    public static readonly Metric KinesisRecordsIn = Metric.Counter(
        "edgestream_kinesis_put_records_total", "Records that came by the Kinesis API.");
    public static readonly Metric KinesisRecordsRefused = Metric.Counter(
        "edgestream_kinesis_refused_records_total", "Records of PutRecords that were refused one by one.");
    public static readonly Metric KinesisRecordsOut = Metric.Counter(
        "edgestream_kinesis_read_records_total", "Records that were read by the Kinesis API.");

    public static readonly Metric LiveClients = Metric.Gauge(
        "edgestream_live_clients", "Dashboards that watch now.");
    public static readonly Metric LiveDropped = Metric.Counter(
        "edgestream_live_dropped_messages_total", "Messages dropped because a dashboard did not read.");
    public static readonly Metric TailClients = Metric.Gauge(
        "edgestream_tail_clients", "Clients that follow a stream over WebSocket or server-sent events now.");
    public static readonly Metric TailHungUp = Metric.Counter(
        "edgestream_tail_hung_up_clients_total", "Of those, clients that were hung up on as they took nothing.");

    /// <summary>All of them, in the order of the answer.</summary>
    public static readonly IReadOnlyList<Metric> All =
    [
        BuildInfo, Uptime, Health, ResidentMemory, CpuSeconds, AllocatedBytes,
        ClockSet, ClockSteps,
        StreamAppended, StreamEvicted, StreamEvictedReason, StreamLost, StreamDuplicates, StreamRecords, StreamBytes,
        StreamDiskBytes, StreamProtected, StreamFull, StreamFailed, StreamScrubbed, StreamRotten, StreamIndexesRepaired,
        StreamUnsyncedAge, StreamUpkeepFailures, StreamSetAside, GroupMembers, GroupPending,
        StorageFree, StorageSize, StorageUsed, StorageBudget, StorageReserve, StorageReserveHeld, WearProcess,
        WearDevice, WearPayload, WearRatio, WearDeviceRatio, WearProcessHour, WearProcessDay, WearDeviceHour,
        WearDeviceDay, WearEndurance, WearDaysLeft,
        MqttConnections, MqttSessions, MqttReceived, MqttRefused, MqttSent, MqttRetained, MqttDropped,
        MqttPublishesDropped, MqttRefusals, MqttProtocolErrors, MqttQueuedBytes,
        IngestAccepted, IngestDeadLetter, IngestRefused, IngestWaiting,
        SourceConnected, SourceConnections, SourceReceived, SourceAcknowledged, SourceRepeated, SourceRefused,
        SourceInFlight, ModbusReadings, ModbusFailures, ModbusStale, SensorReadings, SensorFailures, SensorLost,
        SensorStale,
        Devices, DevicesClockOff, DevicesDropped, DeviceMissing, DeviceRepeated, DeviceTwins,
        QueryRunning, QueryRowsIn, QueryRowsOut, QueryErrors, QueryMemory, QueryLag, QueryTablesStale,
        QueryRuns, QueryRunsRefused,
        RuleFiring, RulePending, AlertSilences, AlertAcknowledged,
        ActionWaiting, ActionDone, ActionRetried, ActionFailed, ActionDropped,
        DeliveryBacklogRecords, DeliveryHistory, DeliveryBacklogBytes, DeliveryLag, DeliveryAppended, DeliveryRecords,
        DeliveryBytes, DeliveryObjects,
        DeliveryEvicted, DeliveryRejected, DeliveryFiltered, DeliveryRetried, DeliveryRemoved, DeliveryUnfit,
        DeliveryBreaker, DeliveryWire, DeliveryMonth, DeliveryMonthMax, DeliveryHold,
        DeliveryDrain, DeliveryEta, DeliveryCost,
        KinesisRequests, KinesisSeconds, KinesisUnderWay, KinesisSubscriptions, KinesisRecordsIn,
        KinesisRecordsRefused, KinesisRecordsOut, LiveClients, LiveDropped,
        TailClients, TailHungUp,
    ];
}
