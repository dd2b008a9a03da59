package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** How far the moving of slots has got. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public class MoveStatus {
    @JsonPropertyDescription("How the slots move: the servers' own atomic migration, or key by key.")
    private String way;

    @JsonPropertyDescription("Bytes that have to move, as counted before.")
    private Long totalBytes;

    @JsonPropertyDescription("How many of them have arrived.")
    private Integer percent;

    @JsonPropertyDescription("Rate since the move began, to two digits.")
    private Long bytesPerSecond;

    @JsonPropertyDescription("Estimate from that rate.")
    private Long secondsLeft;

    @JsonPropertyDescription("Slots that are still to go, or to come back.")
    private Integer slotsLeft;

    @JsonPropertyDescription("Keys that will block a server for longer than 100 ms while they move, with slot, type, size and "
            + "estimate.")
    private List<String> bigKeys = new ArrayList<>();

    public String getWay() { return way; }

    public void setWay(String way) { this.way = way; }

    public Long getTotalBytes() { return totalBytes; }

    public void setTotalBytes(Long totalBytes) { this.totalBytes = totalBytes; }

    public Integer getPercent() { return percent; }

    public void setPercent(Integer percent) { this.percent = percent; }

    public Long getBytesPerSecond() { return bytesPerSecond; }

    public void setBytesPerSecond(Long bytesPerSecond) { this.bytesPerSecond = bytesPerSecond; }

    public Long getSecondsLeft() { return secondsLeft; }

    public void setSecondsLeft(Long secondsLeft) { this.secondsLeft = secondsLeft; }

    public Integer getSlotsLeft() { return slotsLeft; }

    public void setSlotsLeft(Integer slotsLeft) { this.slotsLeft = slotsLeft; }

    public List<String> getBigKeys() { return bigKeys; }

    public void setBigKeys(List<String> bigKeys) { this.bigKeys = Lists.orEmpty(bigKeys); }

    @Override
    public boolean equals(Object other) {
        return other instanceof MoveStatus that
                && Objects.equals(way, that.way)
                && Objects.equals(totalBytes, that.totalBytes)
                && Objects.equals(percent, that.percent)
                && Objects.equals(bytesPerSecond, that.bytesPerSecond)
                && Objects.equals(secondsLeft, that.secondsLeft)
                && Objects.equals(slotsLeft, that.slotsLeft)
                && Objects.equals(bigKeys, that.bigKeys);
    }

    @Override
    public int hashCode() {
        return Objects.hash(way, totalBytes, percent, bytesPerSecond, secondsLeft, slotsLeft, bigKeys);
    }

    @Override
    public String toString() {
        return "MoveStatus[way=" + way + ", totalBytes=" + totalBytes + ", percent=" + percent + ", bytesPerSecond=" + bytesPerSecond + ", secondsLeft=" + secondsLeft + ", slotsLeft=" + slotsLeft + ", bigKeys=" + bigKeys + "]";
    }
}
