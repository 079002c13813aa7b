using EdgeStream.Benchmarks.Areas.Alerts;
using EdgeStream.Benchmarks.Areas.Append;
using EdgeStream.Benchmarks.Areas.Crash;
using EdgeStream.Benchmarks.Areas.Delivery;
using EdgeStream.Benchmarks.Areas.Detectors;
using EdgeStream.Benchmarks.Areas.Dialects;
using EdgeStream.Benchmarks.Areas.Footprint;
using EdgeStream.Benchmarks.Areas.Kinesis;
using EdgeStream.Benchmarks.Areas.Mqtt;
using EdgeStream.Benchmarks.Areas.Mqtt.Scale;
using EdgeStream.Benchmarks.Areas.Nab;
using EdgeStream.Benchmarks.Areas.Outage;
using EdgeStream.Benchmarks.Areas.Parquet;
using EdgeStream.Benchmarks.Areas.Queries;
using EdgeStream.Benchmarks.Areas.Segments;
using EdgeStream.Benchmarks.Areas.Storage;

namespace EdgeStream.Benchmarks;

/// <summary>Every area, in the order in which <c>all</c> runs them.</summary>
internal static class AreaCatalog
{
    /// <summary>The areas.</summary>
    public static readonly IReadOnlyList<IBenchmarkArea> All =
    [
        new FootprintArea(),
        new CrashArea(),
        new MqttArea(),
        new MqttScaleArea(),
        new KinesisArea(),
        new DeliveryArea(),
        new OutageArea(),
        new AppendArea(),
        new SegmentsArea(),
        new StorageArea(),
        new AlertsArea(),
        new QueriesArea(),
        new DetectorsArea(),
        new NabArea(),
        new ParquetArea(),
        new DevicesArea(),
    ];
}
