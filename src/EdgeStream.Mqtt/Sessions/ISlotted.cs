namespace EdgeStream.Mqtt;

/// <summary>An entry of a <see cref="SnapshotList{T}"/>, which keeps these for it.</summary>
internal interface ISlotted
{
    /// <summary>Its place in the list. For the writer.</summary>
    int Slot { get; set; }

    /// <summary>Whether it was taken out; readers pass it over.</summary>
    bool IsRemoved { get; set; }
}
