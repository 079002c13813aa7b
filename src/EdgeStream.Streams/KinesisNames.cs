using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeStream.Streams;

/// <summary>The Amazon resource names of streams and consumers, for one region and account.</summary>
/// <remarks>
/// <c>arn:aws:kinesis:&lt;region&gt;:&lt;account&gt;:stream/&lt;name&gt;</c>, and for a consumer
/// <c>…/consumer/&lt;name&gt;:&lt;seconds of its creation since 1970&gt;</c>. Immutable.
/// </remarks>
public sealed class KinesisNames
{
    /// <summary>The region where none is configured.</summary>
    public const string RegionDefault = "us-east-1";

    /// <summary>The account where none is configured.</summary>
    public const string AccountDefault = "000000000000";

    private readonly string _prefix;

    /// <summary>Makes the names of a region and an account.</summary>
    public KinesisNames(string region = RegionDefault, string account = AccountDefault)
    {
        Region = region;
        Account = account;
        _prefix = $"arn:aws:kinesis:{region}:{account}:stream/";
    }

    /// <summary>The region.</summary>
    public string Region { get; }

    /// <summary>The account, 12 digits.</summary>
    public string Account { get; }

    /// <summary>A stream's name.</summary>
    public string OfStream(string stream) => _prefix + stream;

    /// <summary>A consumer's name.</summary>
    public string OfConsumer(string stream, RegisteredConsumer consumer) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_prefix}{stream}/consumer/{consumer.Name}:{consumer.CreatedAt.UnixMilliseconds / 1000}");

    /// <summary>Reads the stream's name out of the name of a stream of this region and account.</summary>
    public bool TryParseStream(string arn, [NotNullWhen(true)] out string? stream)
    {
        stream = arn.StartsWith(_prefix, StringComparison.Ordinal) ? arn[_prefix.Length..] : null;
        return stream is not null && StreamName.IsValid(stream);
    }

    /// <summary>Finds the consumer of a stream that has a name; null where there is none, or not any more.</summary>
    /// <remarks>One that was registered again under the same name has another ARN.</remarks>
    public RegisteredConsumer? FindConsumer(StreamStore store, string arn, out DataStream? stream)
    {
        stream = null;
        var at = arn.IndexOf("/consumer/", StringComparison.Ordinal);
        if (at < 0 || !TryParseStream(arn[..at], out var name) || !store.TryGet(name, out stream))
        {
            return null;
        }

        foreach (var consumer in stream.Attributes.Consumers)
        {
            if (OfConsumer(name, consumer) == arn)
            {
                return consumer;
            }
        }

        return null;
    }
}
