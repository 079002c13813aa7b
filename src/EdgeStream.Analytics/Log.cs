using EdgeStream.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Analytics;

internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "Rules watch stream {Stream}: {RuleCount} rules on {ShardCount} shards")]
    public static partial void Watching(ILogger logger, string stream, int ruleCount, int shardCount);

    [LoggerMessage(3001, LogLevel.Information, "Alert {State}: {Message} (rule {Rule})")]
    public static partial void Alert(ILogger logger, string state, string message, string rule);

    [LoggerMessage(3002, LogLevel.Warning, "Alert of rule {Rule} could not be published; it is in the alerts stream")]
    public static partial void PublishFailed(ILogger logger, Exception exception, string rule);

    [LoggerMessage(3003, LogLevel.Error,
        "Alerts of stream {Stream} cannot be appended to the alerts stream; evaluation waits and tries each second")]
    public static partial void AppendFailed(ILogger logger, Exception exception, string stream);

    [LoggerMessage(3004, LogLevel.Warning,
        "State of the rules on stream {Stream} could not be saved; it is tried again")]
    public static partial void SaveFailed(ILogger logger, Exception exception, string stream);

    [LoggerMessage(3005, LogLevel.Error, "Rules on stream {Stream}, {ShardId}, have stopped: restart the gateway")]
    public static partial void Stopped(ILogger logger, Exception exception, string stream, string shardId);

    [LoggerMessage(3006, LogLevel.Warning,
        "Rules on stream {Stream}, {ShardId}, did not see records {First} to {Last}: they are {Reason}")]
    public static partial void Missed(
        ILogger logger, string stream, string shardId, long first, long last, LogGapReason reason);

    [LoggerMessage(3007, LogLevel.Warning,
        "Rules on stream {Stream}, {ShardId}, passed over {Count} aggregated records since they began: these hold keys "
        + "of another shard, and their producer puts them again")]
    public static partial void Misplaced(ILogger logger, string stream, string shardId, long count);

    [LoggerMessage(3100, LogLevel.Information, "Query {Query} runs: it reads {Inputs}")]
    public static partial void QueryRuns(ILogger logger, string query, string inputs);

    [LoggerMessage(3101, LogLevel.Error, "Query {Query} cannot run: {Reason}")]
    public static partial void QueryFailed(ILogger logger, string query, string reason);

    [LoggerMessage(3102, LogLevel.Error,
        "Rows of queries over {Inputs} cannot be put out or saved; they wait, and it is tried each second")]
    public static partial void QueriesWait(ILogger logger, Exception exception, string inputs);

    [LoggerMessage(3103, LogLevel.Error, "Queries over {Inputs} have stopped: restart the gateway")]
    public static partial void QueriesStopped(ILogger logger, Exception exception, string inputs);

    [LoggerMessage(3104, LogLevel.Information, "Table {Table} of query {Query} was read: {Count} rows")]
    public static partial void TableRead(ILogger logger, string table, string query, int count);

    [LoggerMessage(3107, LogLevel.Warning, "Table {Table} of query {Query} stays as it was. {Failure}")]
    public static partial void TableFailed(ILogger logger, string table, string query, string failure);

    [LoggerMessage(3105, LogLevel.Warning, "The saved state of query {Query} cannot be used; it begins anew")]
    public static partial void StateUnusable(ILogger logger, string query);

    [LoggerMessage(3106, LogLevel.Error, "Query {Query} has stopped: {Reason}")]
    public static partial void QueryStopped(ILogger logger, string query, string reason);

    [LoggerMessage(3040, LogLevel.Warning, "Action {Action} fails and is tried again: {Problem}")]
    public static partial void ActionFailed(ILogger logger, string action, string problem);

    [LoggerMessage(3041, LogLevel.Error, "Action {Action} has given up a notification: {Problem}")]
    public static partial void ActionGivenUp(ILogger logger, string action, string problem);

    [LoggerMessage(3042, LogLevel.Information, "Action {Action} succeeds again")]
    public static partial void ActionRecovered(ILogger logger, string action);

    [LoggerMessage(3043, LogLevel.Error, "Action {Action} cannot go on; it is tried again each second")]
    public static partial void ActionStumbled(ILogger logger, Exception exception, string action);
}
