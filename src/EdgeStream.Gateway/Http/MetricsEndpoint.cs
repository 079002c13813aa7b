using EdgeStream.Analytics;
using EdgeStream.Delivery;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Live;
using EdgeStream.Gateway.Metrics;
using EdgeStream.Gateway.Sources;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary><c>GET /metrics</c> for Prometheus.</summary>
internal sealed class MetricsEndpoint(GatewayParts parts, LiveHub live, StreamTailEndpoint tails)
{
    /// <summary>Answers the request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        Write(new MetricWriter(context.Response.BodyWriter));
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private void Write(MetricWriter writer)
    {
        writer.Begin(MetricCatalog.BuildInfo);
        writer.Sample("version"u8, GatewayVersion.Text, 1);
        writer.Single(MetricCatalog.Uptime, Math.Round(parts.Uptime.TotalSeconds, 1));
        writer.Single(MetricCatalog.Health, (int)HealthReport.Of(parts).Status);
        writer.Single(MetricCatalog.ResidentMemory, Environment.WorkingSet);
        writer.Single(MetricCatalog.CpuSeconds, Math.Round(Environment.CpuUsage.TotalTime.TotalSeconds, 3));
        writer.Single(MetricCatalog.AllocatedBytes, GC.GetTotalAllocatedBytes());
        writer.Single(MetricCatalog.ClockSet, parts.Store.Clock.IsSet ? 1 : 0);
        writer.Single(MetricCatalog.ClockSteps, parts.Store.Clock.StepCount);
        WriteStreams(ref writer);
        WriteWear(ref writer);
        WriteMqtt(ref writer);
        WriteRules(ref writer);
        WriteQueries(ref writer);
        WriteDeliveries(ref writer);
        KinesisMetrics.Write(ref writer, parts.Kinesis?.Service);
        writer.Single(MetricCatalog.LiveClients, live.ClientCount);
        writer.Single(MetricCatalog.LiveDropped, live.DroppedMessages);
        writer.Single(MetricCatalog.TailClients, tails.ClientCount);
        writer.Single(MetricCatalog.TailHungUp, tails.HungUp);
    }

    /// <summary>What is not known is not a number.</summary>
    private void WriteWear(ref MetricWriter writer)
    {
        var wear = parts.Wear.Status(parts.Config.EnduranceBytes);
        writer.Single(MetricCatalog.WearProcess, wear.ProcessBytes ?? double.NaN);
        writer.Single(MetricCatalog.WearDevice, wear.DeviceBytes ?? double.NaN);
        writer.Single(MetricCatalog.WearPayload, wear.PayloadBytes);
        writer.Single(MetricCatalog.WearRatio, Rounded(wear.BytesPerPayloadByte, 2));
        writer.Single(MetricCatalog.WearDeviceRatio, Rounded(wear.DeviceBytesPerPayloadByte, 2));
        writer.Single(MetricCatalog.WearProcessHour, Rounded(wear.ProcessBytesPerHour, 0));
        writer.Single(MetricCatalog.WearProcessDay, Rounded(wear.ProcessBytesPerDay, 0));
        writer.Single(MetricCatalog.WearDeviceHour, Rounded(wear.DeviceBytesPerHour, 0));
        writer.Single(MetricCatalog.WearDeviceDay, Rounded(wear.DeviceBytesPerDay, 0));
        writer.Single(MetricCatalog.WearEndurance, wear.EnduranceBytes ?? double.NaN);
        writer.Single(MetricCatalog.WearDaysLeft, Rounded(wear.DaysLeft, 1));
    }

    private static double Rounded(double? value, int digits) => Math.Round(value ?? double.NaN, digits);

    private void WriteMqtt(ref MetricWriter writer)
    {
        var statistics = parts.Broker.Statistics;
        writer.Single(MetricCatalog.MqttConnections, statistics.Connections);
        writer.Single(MetricCatalog.MqttSessions, statistics.Sessions);
        writer.Single(MetricCatalog.MqttReceived, statistics.PublishesReceived);
        writer.Single(MetricCatalog.MqttRefused, statistics.PublishesRefused);
        writer.Single(MetricCatalog.MqttSent, statistics.PublishesSent);
        writer.Single(MetricCatalog.MqttRetained, parts.Broker.RetainedCount);
        writer.Begin(MetricCatalog.MqttDropped);
        writer.Sample("reason"u8, "queue-full", statistics.DroppedQueueFull);
        writer.Sample("reason"u8, "expired", statistics.DroppedExpired);
        writer.Sample("reason"u8, "too-large", statistics.DroppedTooLarge);
        writer.Sample("reason"u8, "offline", statistics.DroppedOffline);
        writer.Single(MetricCatalog.MqttPublishesDropped, statistics.PublishesDropped);
        writer.Begin(MetricCatalog.MqttRefusals);
        foreach (var refusal in RefusalWords.All)
        {
            writer.Sample("reason"u8, RefusalWords.Of(refusal), parts.Broker.Refusals.Count(refusal));
        }

        writer.Single(MetricCatalog.MqttProtocolErrors, statistics.ProtocolErrors);
        writer.Single(MetricCatalog.MqttQueuedBytes, parts.Broker.QueuedBytes);
        var ingest = parts.Ingest.Statistics;
        writer.Single(MetricCatalog.IngestAccepted, ingest.AcceptedMessages);
        writer.Single(MetricCatalog.IngestDeadLetter, ingest.DeadLetteredMessages);
        writer.Single(MetricCatalog.IngestRefused, ingest.RefusedMessages);
        writer.Single(MetricCatalog.IngestWaiting, ingest.WaitingMessages);
        WriteSources(ref writer);
        LocalSourceMetrics.Write(ref writer, parts.Sensors?.Local);
        writer.Single(MetricCatalog.Devices, parts.Devices.Count);
        writer.Single(MetricCatalog.DevicesClockOff, parts.Devices.FindClocksOff().Count);
        writer.Single(MetricCatalog.DevicesDropped, parts.Devices.DroppedDevices);
        writer.Single(MetricCatalog.DeviceMissing, parts.Devices.MissingMessages);
        writer.Single(MetricCatalog.DeviceRepeated, parts.Devices.RepeatedMessages);
        writer.Single(MetricCatalog.DeviceTwins, parts.Twins.Twins.Count);
    }

    private void WriteSources(ref MetricWriter writer)
    {
        var sources = parts.Sources.Status();
        Write(ref writer, MetricCatalog.SourceConnected, sources, static s => s.Link.IsConnected ? 1 : 0);
        Write(ref writer, MetricCatalog.SourceConnections, sources, static s => s.Link.Connections);
        Write(ref writer, MetricCatalog.SourceReceived, sources, static s => s.Counters.Received);
        Write(ref writer, MetricCatalog.SourceAcknowledged, sources, static s => s.Counters.Acknowledged);
        Write(ref writer, MetricCatalog.SourceRepeated, sources, static s => s.Counters.Repeated);
        Write(ref writer, MetricCatalog.SourceRefused, sources, static s => s.Counters.Refused);
        Write(ref writer, MetricCatalog.SourceInFlight, sources, static s => s.Link.InFlight);
    }

    private static void Write(
        ref MetricWriter writer, Metric metric, IReadOnlyList<SourceStatus> sources, Func<SourceStatus, double> value)
    {
        writer.Begin(metric);
        foreach (var source in sources)
        {
            writer.Sample("source"u8, source.Name, value(source));
        }
    }

    private void WriteRules(ref MetricWriter writer)
    {
        writer.Begin(MetricCatalog.RuleFiring);
        foreach (var rule in parts.Rules.Status)
        {
            writer.Sample("rule"u8, rule.Name, rule.Firing);
        }

        AlertMetrics.Write(ref writer, parts);
    }

    private void WriteQueries(ref MetricWriter writer)
    {
        var queries = parts.Queries.Status;
        Write(ref writer, MetricCatalog.QueryRunning, queries, static q => q.State == "running" ? 1 : 0);
        Write(ref writer, MetricCatalog.QueryRowsIn, queries, static q => q.RowsIn);
        Write(ref writer, MetricCatalog.QueryRowsOut, queries, static q => q.RowsOut);
        Write(ref writer, MetricCatalog.QueryErrors, queries, static q => q.Errors);
        Write(ref writer, MetricCatalog.QueryMemory, queries, static q => q.MemoryBytes);
        Write(ref writer, MetricCatalog.QueryLag, queries, static q => q.LagRecords);
        Write(
            ref writer, MetricCatalog.QueryTablesStale, queries,
            static q => q.Tables.Count(static table => table.Failure is not null));
        writer.Begin(MetricCatalog.QueryRuns);
        writer.Sample("over"u8, "live", parts.QueryRuns.Live);
        writer.Sample("over"u8, "history", parts.QueryRuns.History);
        writer.Single(MetricCatalog.QueryRunsRefused, parts.QueryRuns.Refused);
    }

    private static void Write(
        ref MetricWriter writer, Metric metric, IReadOnlyList<QueryStatus> queries, Func<QueryStatus, double> value)
    {
        writer.Begin(metric);
        foreach (var query in queries)
        {
            writer.Sample("query"u8, query.Name, value(query));
        }
    }

    private void WriteDeliveries(ref MetricWriter writer)
    {
        var deliveries = parts.Deliveries.Status();
        Write(ref writer, MetricCatalog.DeliveryBacklogRecords, deliveries, static d => d.BacklogRecords);
        Write(ref writer, MetricCatalog.DeliveryHistory, deliveries, static d => d.HistoryRecords);
        Write(ref writer, MetricCatalog.DeliveryBacklogBytes, deliveries, static d => d.BacklogBytes);
        Write(ref writer, MetricCatalog.DeliveryLag, deliveries, static d => Math.Round(d.LagSeconds, 1));
        Write(ref writer, MetricCatalog.DeliveryAppended, deliveries, static d => d.AppendedRecords);
        Write(ref writer, MetricCatalog.DeliveryRecords, deliveries, static d => d.DeliveredRecords);
        Write(ref writer, MetricCatalog.DeliveryBytes, deliveries, static d => d.DeliveredBytes);
        Write(ref writer, MetricCatalog.DeliveryObjects, deliveries, static d => d.DeliveredObjects);
        Write(ref writer, MetricCatalog.DeliveryEvicted, deliveries, static d => d.EvictedRecords);
        writer.Begin(MetricCatalog.DeliveryRejected);
        foreach (var delivery in deliveries)
        {
            for (var reason = 0; reason < RejectionWords.Count; reason++)
            {
                var kind = (RejectionReason)reason;
                writer.Sample(
                    "delivery"u8, delivery.Name, "reason"u8, RejectionWords.Of(kind), delivery.RejectedRecords[kind]);
            }
        }

        Write(ref writer, MetricCatalog.DeliveryFiltered, deliveries, static d => d.FilteredRecords);
        Write(ref writer, MetricCatalog.DeliveryRetried, deliveries, static d => d.RetriedRecords);
        Write(ref writer, MetricCatalog.DeliveryRemoved, deliveries, static d => d.RemovedObjects);
        Write(ref writer, MetricCatalog.DeliveryUnfit, deliveries, static d => d.UnfitValues);
        Write(ref writer, MetricCatalog.DeliveryBreaker, deliveries, static d => (int)d.Breaker);
        writer.Begin(MetricCatalog.DeliveryWire);
        foreach (var delivery in deliveries)
        {
            writer.Sample("delivery"u8, delivery.Name, "direction"u8, "sent", delivery.WireSentBytes);
            writer.Sample("delivery"u8, delivery.Name, "direction"u8, "received", delivery.WireReceivedBytes);
        }

        Write(ref writer, MetricCatalog.DeliveryMonth, deliveries, static d => d.MonthBytes);
        Write(ref writer, MetricCatalog.DeliveryMonthMax, deliveries, static d => d.BytesPerMonth ?? double.NaN);
        Write(ref writer, MetricCatalog.DeliveryHold, deliveries, static d => (int)d.Hold);
        Write(ref writer, MetricCatalog.DeliveryDrain, deliveries, static d => Math.Round(d.DrainRecordsPerSecond, 1));
        Write(ref writer, MetricCatalog.DeliveryEta, deliveries, static d => Rounded(d.EtaSeconds, 0));
        Write(ref writer, MetricCatalog.DeliveryCost, deliveries, static d => Rounded(d.WireBytesPerRecord, 1));
    }

    private static void Write(
        ref MetricWriter writer,
        Metric metric,
        IReadOnlyList<DeliveryStatus> deliveries,
        Func<DeliveryStatus, double> value)
    {
        writer.Begin(metric);
        foreach (var delivery in deliveries)
        {
            writer.Sample("delivery"u8, delivery.Name, value(delivery));
        }
    }

    private void WriteStreams(ref MetricWriter writer)
    {
        WriteStreams(ref writer, MetricCatalog.StreamAppended, static s => s.Statistics.AppendedRecords);
        WriteStreams(ref writer, MetricCatalog.StreamEvicted, static s => s.Statistics.EvictedRecords);
        WriteEvictions(ref writer);
        WriteStreams(ref writer, MetricCatalog.StreamLost, static s => s.Statistics.LostRecords);
        WriteStreams(ref writer, MetricCatalog.StreamDuplicates, static s => s.DuplicateRecords);
        WriteStreams(ref writer, MetricCatalog.StreamRecords, static s => s.Statistics.StoredRecords);
        WriteStreams(ref writer, MetricCatalog.StreamBytes, static s => s.Statistics.StoredBytes);
        WriteStreams(ref writer, MetricCatalog.StreamDiskBytes, static s => s.SizeBytes);
        WriteStreams(ref writer, MetricCatalog.StreamProtected, static s => s.ProtectedBytes);
        WriteStreams(ref writer, MetricCatalog.StreamFull, static s => s.IsDiskFull ? 1 : 0);
        WriteStreams(ref writer, MetricCatalog.StreamFailed, static s => s.Failure is null ? 0 : 1);
        WriteStreams(ref writer, MetricCatalog.StreamScrubbed, static s => s.Scrub.CheckedBytes);
        WriteStreams(ref writer, MetricCatalog.StreamRotten, static s => s.Scrub.Rot.Count);
        WriteStreams(ref writer, MetricCatalog.StreamIndexesRepaired, static s => s.Scrub.RepairedIndexes);
        WriteStreams(
            ref writer, MetricCatalog.StreamUnsyncedAge, static s => Math.Round(s.UnsyncedAge.TotalSeconds, 3));
        WriteStreams(ref writer, MetricCatalog.StreamUpkeepFailures, static s => s.UpkeepFailureCount);
        WriteStreams(ref writer, MetricCatalog.StreamSetAside, static s => s.SetAside.SizeBytes);
        WriteGroups(ref writer, MetricCatalog.GroupMembers, static g => g.MemberCount);
        WriteGroups(ref writer, MetricCatalog.GroupPending, static g => g.PendingRecords);
        var use = StorageUse.Of(parts.Store, parts.Config.DataFolder);
        writer.Single(MetricCatalog.StorageFree, use.FreeBytes);
        writer.Single(MetricCatalog.StorageSize, use.TotalBytes);
        var storage = parts.Store.Storage;
        writer.Single(MetricCatalog.StorageUsed, storage.UsedBytes);
        writer.Single(MetricCatalog.StorageBudget, storage.BudgetBytes);
        writer.Single(MetricCatalog.StorageReserve, storage.ReserveBytes);
        writer.Single(MetricCatalog.StorageReserveHeld, storage.ReserveHeldBytes);
    }

    private void WriteEvictions(ref MetricWriter writer)
    {
        writer.Begin(MetricCatalog.StreamEvictedReason);
        foreach (var stream in parts.Store.Streams)
        {
            var evictions = stream.Evictions;
            writer.Sample("stream"u8, stream.Name, "reason"u8, "age", evictions.Age);
            writer.Sample("stream"u8, stream.Name, "reason"u8, "bytes", evictions.Bytes);
            writer.Sample("stream"u8, stream.Name, "reason"u8, "budget", evictions.Budget);
            writer.Sample("stream"u8, stream.Name, "reason"u8, "disk-full", evictions.DiskFull);
            writer.Sample("stream"u8, stream.Name, "reason"u8, "unattributed", evictions.Unattributed);
        }
    }

    private void WriteStreams(ref MetricWriter writer, Metric metric, Func<DataStream, double> value)
    {
        writer.Begin(metric);
        foreach (var stream in parts.Store.Streams)
        {
            writer.Sample("stream"u8, stream.Name, value(stream));
        }
    }

    private void WriteGroups(ref MetricWriter writer, Metric metric, Func<ConsumerGroup, double> value)
    {
        writer.Begin(metric);
        foreach (var stream in parts.Store.Streams)
        {
            foreach (var group in parts.Store.Groups.List(stream))
            {
                writer.Sample("stream"u8, stream.Name, "group"u8, group.Name, value(group));
            }
        }
    }
}
