using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Live;
using EdgeStream.Gateway.Metrics;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary><c>GET /metrics</c> for Prometheus.</summary>
internal sealed class MetricsEndpoint(GatewayParts parts, LiveHub live)
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
        writer.Single(MetricCatalog.Uptime, Math.Round((parts.Time.GetUtcNow() - parts.StartedAt).TotalSeconds, 1));
        writer.Single(MetricCatalog.Health, (int)HealthReport.Of(parts).Status);
        writer.Single(MetricCatalog.ResidentMemory, Environment.WorkingSet);
        writer.Single(MetricCatalog.CpuSeconds, Math.Round(Environment.CpuUsage.TotalTime.TotalSeconds, 3));
        WriteStreams(ref writer);
        writer.Single(MetricCatalog.LiveClients, live.ClientCount);
        writer.Single(MetricCatalog.LiveDropped, live.DroppedMessages);
    }

    private void WriteStreams(ref MetricWriter writer)
    {
        WriteStreams(ref writer, MetricCatalog.StreamAppended, static s => s.Statistics.AppendedRecords);
        WriteStreams(ref writer, MetricCatalog.StreamEvicted, static s => s.Statistics.EvictedRecords);
        WriteStreams(ref writer, MetricCatalog.StreamLost, static s => s.Statistics.LostRecords);
        WriteStreams(ref writer, MetricCatalog.StreamRecords, static s => s.Statistics.StoredRecords);
        WriteStreams(ref writer, MetricCatalog.StreamBytes, static s => s.Statistics.StoredBytes);
        WriteStreams(ref writer, MetricCatalog.StreamFailed, static s => s.Failure is null ? 0 : 1);
        var use = StorageUse.Of(parts.Store, parts.Config.DataFolder);
        writer.Single(MetricCatalog.StorageFree, use.FreeBytes);
        writer.Single(MetricCatalog.StorageSize, use.TotalBytes);
    }

    private void WriteStreams(ref MetricWriter writer, Metric metric, Func<DataStream, double> value)
    {
        writer.Begin(metric);
        foreach (var stream in parts.Store.Streams)
        {
            writer.Sample("stream"u8, stream.Name, value(stream));
        }
    }
}
