using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>A stream of NATS JetStream.</summary>
public sealed record NatsDestinationOptions : DestinationOptions
{
    /// <summary>Largest <see cref="SendMaximum"/>.</summary>
    public const int SendMaximumMax = 4096;

    /// <summary>The cluster's servers, with commas in between: <c>nats://host:4222</c>, or
    /// <c>tls://host:4222</c>.</summary>
    public required string Url { get; init; }

    /// <summary>The subject of a record: <c>{stream}</c>, <c>{shard}</c>, <c>{key}</c> and <c>{delivery}</c> are
    /// replaced.</summary>
    public string Subject { get; init; } = "{stream}.{key}";

    /// <summary>The name of the stream that must take the messages; null for whichever takes the subject.</summary>
    public string? StreamName { get; init; }

    /// <summary>The user; null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>The user's password. Shown nowhere.</summary>
    public string? Password { get; init; }

    /// <summary>The token instead of a user; null for none. Shown nowhere.</summary>
    public string? Token { get; init; }

    /// <summary>How the server is verified where TLS is used; null for the machine's authorities.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>Whether records stand with their stream, shard, sequence, key and times, rather than their data
    /// alone.</summary>
    public bool IsLinePayload { get; init; }

    /// <summary>Whether at most one message of a key awaits its acknowledgement, so that the order of a key holds
    /// whatever the server does not take.</summary>
    public bool IsKeyOrdered { get; init; } = true;

    /// <summary>Messages that await their acknowledgement at once. 1 to 4,096.</summary>
    public int SendMaximum { get; init; } = 256;

    /// <summary>Connecting, and all acknowledgements of so many messages, end within this. 1 to 3,600
    /// seconds.</summary>
    public int TimeoutSeconds { get; init; } = 30;

    /// <inheritdoc/>
    public override string Kind => "nats";

    /// <inheritdoc/>
    public override string Server => Url;

    /// <inheritdoc/>
    public override string Target => $"{Subject} at {Url}";

    /// <inheritdoc/>
    public override IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        if (!NatsServers.TryParse(Url, out _))
        {
            errors.Add(new(nameof(Url), "is not one to 16 servers such as nats://host:4222 or tls://host:4222, with "
                + "commas in between, without user and password."));
        }

        if (NatsSubject.ProblemOf(Subject) is { } problem)
        {
            errors.Add(new(nameof(Subject), problem));
        }

        if (UserName is not null && Token is not null)
        {
            errors.Add(new(nameof(Token), "stands beside a user name: give one of them."));
        }

        if (StreamName is not null && !KinesisDestinationOptions.IsName(StreamName, 128))
        {
            errors.Add(new(nameof(StreamName), $"'{StreamName}' is no name of a stream."));
        }

        if (SendMaximum is < 1 or > SendMaximumMax)
        {
            errors.Add(new(nameof(SendMaximum),
                $"{SendMaximum} is out of range: 1 to {SendMaximumMax} messages are allowed."));
        }

        if (TimeoutSeconds is < 1 or > ServerLink.TimeoutSecondsMax)
        {
            errors.Add(new(nameof(TimeoutSeconds),
                $"{TimeoutSeconds} is out of range: 1 to {ServerLink.TimeoutSecondsMax} seconds are allowed."));
        }

        return errors;
    }

    /// <inheritdoc/>
    public override IDestination Open(
        string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
        new RequestDestination(new NatsTarget(this, deliveryName, wire, timeProvider), deliveryName);

    /// <summary>Like the record's own, but without secrets.</summary>
    public override string ToString() => $"{Target} as {UserName ?? (Token is null ? "(nobody)" : "(token)")}";
}
