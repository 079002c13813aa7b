namespace EdgeStream.Devices;

/// <summary>What came of a change to a device twin.</summary>
public enum TwinOutcome
{
    /// <summary>It is made and durable, or the state was so already.</summary>
    Done,

    /// <summary>The name can't be a device's in a topic: it is empty, longer than 900 bytes, or has a
    /// wildcard.</summary>
    BadDevice,

    /// <summary>The change is no JSON object, or is nested more than 32 deep.</summary>
    BadState,

    /// <summary>The state has another version than the one that was expected.</summary>
    OtherVersion,

    /// <summary>The state would be larger than 8 KiB.</summary>
    TooLarge,

    /// <summary>There would be more than 10,000 twins, or more than 32 MiB of them.</summary>
    TooMany,

    /// <summary>The disk refuses; nothing has changed.</summary>
    NotDurable,
}
