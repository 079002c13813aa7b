using EdgeStream.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>Everything this room logs: event ids 2000 to 2999.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Warning,
        "{Path} gives no value: {Reason}. The reading is left out; the file is tried again.")]
    internal static partial void SensorReadFailed(ILogger logger, string path, string reason);

    [LoggerMessage(2001, LogLevel.Information, "{Path} can be read again.")]
    internal static partial void SensorRecovered(ILogger logger, string path);

    [LoggerMessage(2010, LogLevel.Error,
        "Readings of {Device} are lost: the stream {Stream} refuses them ({Status}). Sampling goes on.")]
    internal static partial void SourceRefused(ILogger logger, string device, string stream, AppendStatus status);

    [LoggerMessage(2011, LogLevel.Information, "The stream {Stream} takes readings of {Device} again.")]
    internal static partial void SourceAcceptedAgain(ILogger logger, string device, string stream);

    [LoggerMessage(2012, LogLevel.Error, "Sampling {Device} failed; it is tried again every period.")]
    internal static partial void SamplingFailed(ILogger logger, string device, Exception exception);

    [LoggerMessage(2013, LogLevel.Information, "Sampling {Device} works again.")]
    internal static partial void SamplingWorksAgain(ILogger logger, string device);

    [LoggerMessage(2020, LogLevel.Debug,
        "The stream {Stream} is busy: incoming messages wait for room, in order, before they are acknowledged.")]
    internal static partial void StreamBusy(ILogger logger, string stream);

    [LoggerMessage(2021, LogLevel.Debug, "The stream {Stream} has room again; {Records} messages had to wait.")]
    internal static partial void StreamHasRoom(ILogger logger, string stream, long records);

    [LoggerMessage(2022, LogLevel.Error, "{Records} messages that waited for the stream {Stream} are refused.")]
    internal static partial void WaitingRefused(ILogger logger, int records, string stream, Exception exception);

    [LoggerMessage(2030, LogLevel.Warning,
        "The device registry could not be written; it is kept in memory and written again later.")]
    internal static partial void RegistryNotWritten(ILogger logger, Exception exception);

    [LoggerMessage(2031, LogLevel.Warning,
        "The registry entry {Key} cannot be read: {Reason}. The device appears again with its next reading.")]
    internal static partial void RegistryEntryUnreadable(ILogger logger, string key, string reason);

    [LoggerMessage(2032, LogLevel.Warning,
        "More than {Devices} devices: the one seen longest ago is dropped from the registry. Its records are kept.")]
    internal static partial void RegistryFull(ILogger logger, int devices);

    [LoggerMessage(2040, LogLevel.Warning,
        "What was learned of {Key} cannot be read. The device tells it again with its next birth or announcement.")]
    internal static partial void DialectEntryUnreadable(ILogger logger, string key);

    [LoggerMessage(2041, LogLevel.Warning,
        "What was learned of {Key} could not be written: a restart forgets it, until the device tells it again.")]
    internal static partial void DialectEntryNotWritten(ILogger logger, string key, Exception exception);

    [LoggerMessage(2033, LogLevel.Warning,
        "The device twin {Key} cannot be read and is left as it is. Its next change makes it anew.")]
    internal static partial void TwinUnreadable(ILogger logger, string key);

    [LoggerMessage(2050, LogLevel.Warning,
        "The Modbus device {Device} can't be read: {Problem} It is tried again, more and more rarely.")]
    internal static partial void ModbusFailed(ILogger logger, string device, string problem);

    [LoggerMessage(2051, LogLevel.Information, "The Modbus device {Device} can be read again.")]
    internal static partial void ModbusRecovered(ILogger logger, string device);

    [LoggerMessage(2060, LogLevel.Warning,
        "The sensor {Sensor} of {Source} can't be read: {Problem} It is tried again, more and more rarely.")]
    internal static partial void KernelSensorFailed(ILogger logger, string source, string sensor, string problem);

    [LoggerMessage(2061, LogLevel.Information, "The sensor {Sensor} of {Source} can be read again.")]
    internal static partial void KernelSensorRecovered(ILogger logger, string source, string sensor);

    [LoggerMessage(2042, LogLevel.Information, "A device is asked for its births again: {Topic}.")]
    internal static partial void RebirthAsked(ILogger logger, string topic);
}
