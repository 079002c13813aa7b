using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Analytics;

/// <summary>What the evaluation of every shard shares.</summary>
internal sealed record ShardEvaluation(
    StateStore State,
    DataStream Alerts,
    AlertBook Book,
    IAlertPublisher Publisher,
    RuleEngineOptions Options,
    TimeProvider TimeProvider,
    ILogger Logger);
