namespace EdgeStream.Gateway.Logging;

/// <summary>Every line that the gateway itself logs. Ids 5000 to 5999; a retired id is not used again.</summary>
internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Information, "Started in {ElapsedMs} ms; data in {Folder}.")]
    public static partial void Started(this ILogger logger, long elapsedMs, string folder);

    [LoggerMessage(5001, LogLevel.Information, "Stopping: {Reason}.")]
    public static partial void Stopping(this ILogger logger, string reason);

    [LoggerMessage(5002, LogLevel.Information, "Stopped; everything accepted is on disk.")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(5003, LogLevel.Warning, "Recovery: {Finding}")]
    public static partial void RecoveryFinding(this ILogger logger, string finding);

    [LoggerMessage(5010, LogLevel.Information, "Configuration reloaded: {Changes}.")]
    public static partial void Reloaded(this ILogger logger, string changes);

    [LoggerMessage(5011, LogLevel.Error, "The new configuration was refused, the old one stays: {Problem}")]
    public static partial void ReloadRefused(this ILogger logger, string problem);

    [LoggerMessage(5013, LogLevel.Error, "The new configuration is in force only in part: {Problem} Reload again when "
        + "that is repaired.")]
    public static partial void ReloadIncomplete(this ILogger logger, string problem);

    [LoggerMessage(5012, LogLevel.Warning, "A change of {Section} takes effect with the next start only.")]
    public static partial void RestartNeeded(this ILogger logger, string section);

    [LoggerMessage(5014, LogLevel.Warning, "Configuration: {Warning}")]
    public static partial void ConfigurationWarning(this ILogger logger, string warning);

    [LoggerMessage(5015, LogLevel.Information, "Read anew: the {What} of the MQTT server.")]
    public static partial void MqttFilesRead(this ILogger logger, string what);

    [LoggerMessage(5016, LogLevel.Error, "The {What} of the MQTT server have changed and are not used, those before "
        + "stay: {Problem}")]
    public static partial void MqttFilesRefused(this ILogger logger, string what, string problem);

    [LoggerMessage(5017, LogLevel.Information, "Read anew: the {What} of the Kinesis API.")]
    public static partial void KinesisFilesRead(this ILogger logger, string what);

    [LoggerMessage(5018, LogLevel.Error, "The {What} of the Kinesis API has changed and is not used, the one before "
        + "stays: {Problem}")]
    public static partial void KinesisFilesRefused(this ILogger logger, string what, string problem);

    [LoggerMessage(5020, LogLevel.Error, "Request {Method} {Path} failed.")]
    public static partial void RequestFailed(this ILogger logger, string method, string path, Exception error);

    [LoggerMessage(5021, LogLevel.Debug, "Live client {Client} connected.")]
    public static partial void LiveConnected(this ILogger logger, string client);

    [LoggerMessage(5022, LogLevel.Debug, "Live client {Client} left; {Dropped} messages were dropped for it.")]
    public static partial void LiveLeft(this ILogger logger, string client, long dropped);

    [LoggerMessage(5030, LogLevel.Error, "Stream '{Stream}' has failed and refuses new records; restart after the "
        + "disk is repaired.")]
    public static partial void StreamFailed(this ILogger logger, string stream, Exception error);

    [LoggerMessage(5031, LogLevel.Error, "The {Part} did not stop within {LimitSeconds} s and is left behind.")]
    public static partial void StopTimedOut(this ILogger logger, string part, double limitSeconds);

    [LoggerMessage(5032, LogLevel.Error, "Stopping the {Part} failed.")]
    public static partial void StopFailed(this ILogger logger, string part, Exception error);

    [LoggerMessage(5033, LogLevel.Warning, "The service manager cannot be notified.")]
    public static partial void NotifyFailed(this ILogger logger, Exception error);

    [LoggerMessage(5034, LogLevel.Error, "Of what is done once a second one part fails, {Times} times so far: {Part}. "
        + "It is tried again.")]
    public static partial void TickFailed(this ILogger logger, Exception error, string part, long times);

    [LoggerMessage(5050, LogLevel.Information, "Of what is done once a second one part succeeds again: {Part}.")]
    public static partial void TickRecovered(this ILogger logger, string part);

    [LoggerMessage(5037, LogLevel.Error, "The gateway's state has failed: progress, devices and sessions are not "
        + "saved; restart after the disk is repaired.")]
    public static partial void StateFailed(this ILogger logger, Exception error);

    [LoggerMessage(5038, LogLevel.Error, "The disk has damaged old records of stream '{Stream}': {Rot}")]
    public static partial void SegmentRotten(this ILogger logger, string stream, string rot);

    [LoggerMessage(5039, LogLevel.Warning, "Background work on the files of the {Name} fails, {Tries} tries so far. "
        + "{Failure}")]
    public static partial void UpkeepFailed(this ILogger logger, string name, string failure, long tries);

    [LoggerMessage(5040, LogLevel.Information, "Background work on the files of the {Name} succeeds again: {Work}.")]
    public static partial void UpkeepRecovered(this ILogger logger, string name, Storage.UpkeepWork work);

    [LoggerMessage(5045, LogLevel.Warning, "The clock was set by {Step}. Records from before, since the machine was "
        + "started, are read with times that are put right.")]
    public static partial void ClockStepped(this ILogger logger, string step);

    [LoggerMessage(5046, LogLevel.Warning, "The clock is not set: it shows {Time}. {Consequence} Times are put right "
        + "when it is set.")]
    public static partial void ClockNotSet(this ILogger logger, DateTimeOffset time, string consequence);

    [LoggerMessage(5047, LogLevel.Information, "The table's object {Place} was read: {SizeBytes} bytes.")]
    public static partial void ObjectTableRead(this ILogger logger, string place, int sizeBytes);

    [LoggerMessage(5048, LogLevel.Warning, "A table's object was not read. {Problem}")]
    public static partial void ObjectTableFailed(this ILogger logger, string problem);

    [LoggerMessage(5049, LogLevel.Warning, "No connection can be taken at {EndPoint} for now: {Problem}")]
    public static partial void ConnectionsRefused(this ILogger logger, System.Net.EndPoint endPoint, string problem);

    [LoggerMessage(5036, LogLevel.Error, "The {Part} failed and begins again.")]
    public static partial void LoopFailed(this ILogger logger, string part, Exception error);

    [LoggerMessage(5035, LogLevel.Warning, "The watchdog is not answered: {Reason}.")]
    public static partial void WatchdogWithheld(this ILogger logger, string reason);
}
