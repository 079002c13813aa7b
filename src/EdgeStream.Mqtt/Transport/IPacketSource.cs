using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>Where a <see cref="PacketSender"/> gets packets that wait in a queue of their own.</summary>
internal interface IPacketSource
{
    /// <summary>Writes packets until the budget is used; true while there are more.</summary>
    bool Fill(IBufferWriter<byte> output, ref int budgetBytes);
}
