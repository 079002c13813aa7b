using System.Buffers;
using System.IO.Compression;
using System.Text;
using EdgeStream.Delivery;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Kinesis.Tests.Firehose;

/// <summary>Buckets in memory; they outlive gateways, as a real server does.</summary>
internal sealed class BucketsUnderTest
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    /// <summary>Whether objects are refused for now.</summary>
    public volatile bool IsAway;

    /// <summary>The names of all objects, each after its bucket.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _objects.Keys];
            }
        }
    }

    /// <summary>The bytes of all objects, one after another in the order of their names, unzipped.</summary>
    public string Text(string bucket = "")
    {
        lock (_gate)
        {
            return string.Concat(
                _objects.Where(item => item.Key.StartsWith(bucket, StringComparison.Ordinal)).Select(TextOf));
        }
    }

    public DestinationOptions Open(string bucket) => new Options(this, bucket);

    private static string TextOf(KeyValuePair<string, byte[]> item)
    {
        if (!item.Key.EndsWith(".gz", StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetString(item.Value);
        }

        using var reader = new StreamReader(
            new GZipStream(new MemoryStream(item.Value), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private sealed record Options(BucketsUnderTest Buckets, string Bucket) : DestinationOptions
    {
        public override string Kind => "memory";

        public override string Target => Bucket;

        public override bool TakesNames => true;

        public override IReadOnlyList<DefinitionError> Validate() => [];

        public override IDestination Open(
            string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
            new Connection(Buckets, Bucket);
    }

    private sealed class Connection(BucketsUnderTest buckets, string bucket) : IDestination
    {
        public long RemovedObjects => 0;

        public ValueTask<SendResult> SendAsync(DeliveryObject item, CancellationToken cancellationToken)
        {
            lock (buckets._gate)
            {
                if (buckets.IsAway)
                {
                    return ValueTask.FromResult(SendResult.Retryable("away"));
                }

                buckets._objects[$"{bucket}/{item.Name}"] = item.Content.ToArray();
                return ValueTask.FromResult(SendResult.Accepted);
            }
        }

        public ValueTask<SendResult> FindAsync(string objectName, CancellationToken cancellationToken)
        {
            lock (buckets._gate)
            {
                return ValueTask.FromResult(
                    buckets._objects.ContainsKey($"{bucket}/{objectName}") ? SendResult.Accepted : SendResult.Absent);
            }
        }

        public void Dispose()
        {
        }
    }
}
