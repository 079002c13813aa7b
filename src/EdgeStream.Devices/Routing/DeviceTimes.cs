using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>Decides what becomes of a time that a device states, as its route's <c>deviceTime</c> says.</summary>
/// <remarks>
/// A time within five seconds of the arrival is believed whatever the clock, and so is every plausible time of a device
/// whose clock is not known to be off: what it has kept back and sends late keeps its time.
/// </remarks>
internal static class DeviceTimes
{
    /// <summary>Decides on all records of a message that left their times as they were stated.</summary>
    /// <param name="message">The message; an old one, or one that somebody only wants to see, says nothing of a
    /// clock.</param>
    /// <param name="batch">The records.</param>
    /// <param name="source">How the message came in.</param>
    /// <param name="registry">Knows the devices' clocks; null where nobody does.</param>
    /// <param name="scratch">For the records' keys.</param>
    internal static void Resolve(
        in DialectMessage message, ReadingBatch batch, DeviceSource source, DeviceRegistry? registry,
        IngestScratch scratch)
    {
        for (var i = 0; i < batch.Count && message.Learning == DialectLearning.Everything && registry is not null; i++)
        {
            if (batch[i].Stated is { } stated)
            {
                registry.NoteTime(source, MessageReader.KeyOf(message, batch[i], scratch), stated, batch.Now);
            }
        }

        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Time.IsStated)
            {
                var offset = registry?.ClockOffsetOf(MessageReader.KeyOf(message, batch[i], scratch));
                batch.SetTime(i, Judge(message.Route, batch[i].Time, offset, batch.Now));
            }
        }
    }

    /// <summary>Decides on one time.</summary>
    /// <param name="route">Says what becomes of times by clocks that are off.</param>
    /// <param name="time">As it was stated.</param>
    /// <param name="offsetMicroseconds">How far the device's clock is ahead; null where that is not known.</param>
    /// <param name="now">The time of arrival.</param>
    internal static ReadingTime Judge(Route route, ReadingTime time, long? offsetMicroseconds, Timestamp now)
    {
        var isNear = Math.Abs(time.UnixMicroseconds - now.UnixMicroseconds) <= DeviceClock.ToleranceMicroseconds;
        if (isNear || !time.IsStated || route.DeviceTime == DeviceTimeRule.Trust
            || offsetMicroseconds is not { } offset || Math.Abs(offset) <= DeviceClock.ToleranceMicroseconds)
        {
            return EventTimeRule.Judge(time, now);
        }

        return route.DeviceTime == DeviceTimeRule.Arrival
            ? ReadingTime.Unusable
            : EventTimeRule.Judge(new ReadingTime(time.UnixMicroseconds - offset, TimeQuality.Corrected), now);
    }
}
